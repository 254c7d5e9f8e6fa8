// Builtins about the task, the registers, kernel symbols and numbers. What stands in the kernel's
// structures is read at the offsets that its BTF gives.
#include "ast/sema/network.h"
#include "codegen/lower/builtins.h"
#include "stdlib/registers.h"

namespace sonde::codegen {
namespace {

constexpr std::string_view kTask = "task_struct";
constexpr std::int64_t kLowestError = -4095;  // MAX_ERRNO
constexpr std::uint64_t kPrivilegeLevel = 3;  // of the code segment's selector; 3 is user mode

// The address of a member of the structure at `task`.
llvm::Value* member_address(Body& body, llvm::Value* task, std::string_view member, Span at) {
  auto offset = body.image().world().kernel_member_offset(kTask, {member});
  if (!offset) {
    body.image().refuse(at, "this member of the kernel's tasks");
    return task;
  }
  return body.builder().ir().CreateAdd(task, body.builder().word(*offset));
}

// The address of the task that the current one, or the one given, has as its member.
llvm::Value* related_task(Body& body, const BuiltinUse& use, std::string_view member) {
  llvm::Value* task = use.arguments.empty() ? body.builder().call(Helper::kCurrentTask, {})
                                            : body.scalar(use.arguments.front());
  Span at = body.span(use.node);
  Place word = body.frame().take(8);
  body.read_bytes(member_address(body, task, member, at), AddressSpace::kKernel, word, 8, at);
  return body.builder().load(word, 8, false);
}

llvm::Value* task_id(Body& body, const BuiltinUse& use, llvm::Value* task) {
  Span at = body.span(use.node);
  return body.read_scalar(member_address(body, task, "pid", at), AddressSpace::kKernel,
                          body.facts(use.node).type, at);
}

void store_task_name(Body& body, const BuiltinUse& use, llvm::Value* task) {
  Span at = body.span(use.node);
  body.store_text_at(member_address(body, task, "comm", at), AddressSpace::kKernel, use.destination,
                     body.types().size(body.facts(use.node).type), at);
}

llvm::Value* load_register(Body& body, std::string_view name) {
  auto offset = find_register(name);
  CHECK(offset);
  return body.builder().load(body.builder().at(Place{body.context()}, *offset), 8, false);
}

llvm::Value* kernel_symbol(Body& body, std::string_view name, Span at) {
  auto address = body.image().world().kernel_symbol(name);
  if (!address) body.image().refuse(at, "this symbol");
  return body.builder().word(address ? *address : 0);
}

}  // namespace

LOWER(kPpid) {
  return task_id(body, use, related_task(body, use, "real_parent"));
}
LOWER(kPcomm) {
  store_task_name(body, use, related_task(body, use, "real_parent"));
  return nullptr;
}
LOWER(kLeaderTid) {
  return task_id(body, use, related_task(body, use, "group_leader"));
}
LOWER(kLeaderComm) {
  store_task_name(body, use, related_task(body, use, "group_leader"));
  return nullptr;
}

LOWER(kCgroupid) {
  auto id = body.image().world().cgroup_id(std::string(body.text(use.arguments.front())));
  if (!id) body.image().refuse(body.span(use.node), "this folder");
  return body.builder().word(id ? *id : 0);
}

// Where there are no registers the probe type decides: begin and end run in sonde's own process,
// all others in the kernel.
LOWER(kUsermode) {
  ContextKind kind = body.context_kind();
  Builder& builder = body.builder();
  if (kind != ContextKind::kRegisters && kind != ContextKind::kPerfEvent)
    return builder.word(has_fact(body.group().type, kRunsOnce) ? 1 : 0);
  llvm::Value* level =
      builder.ir().CreateAnd(load_register(body, "cs"), builder.word(kPrivilegeLevel));
  (void)use;
  return builder.from_bool(builder.ir().CreateICmpEQ(level, builder.word(kPrivilegeLevel)));
}

LOWER(kReg) {
  return load_register(body, body.text(use.arguments.front()));
}

LOWER(kSargN) {
  Builder& builder = body.builder();
  std::uint64_t offset = kStackArguments + sizeof(std::uint64_t) * std::uint64_t{use.number};
  llvm::Value* stack = load_register(body, "sp");
  const sema::ExpressionFacts& facts = body.facts(use.node);
  return body.read_scalar(builder.ir().CreateAdd(stack, builder.word(offset)), facts.space,
                          facts.type, body.span(use.node));
}

LOWER(kProbetype) {
  const sema::ExpressionFacts& facts = body.facts(use.node);
  store_text(body.builder(), use.destination, std::get<std::string>(facts.constant),
             body.types().size(facts.type));
  return nullptr;
}

LOWER(kPton) {
  auto bytes = sema::parse_network_address(std::string(body.text(use.arguments.front())));
  CHECK(bytes);
  store_text(body.builder(), use.destination, *bytes, static_cast<std::uint32_t>(bytes->size()));
  return nullptr;
}

LOWER(kBswap) {
  Builder& builder = body.builder();
  std::uint32_t bytes = body.types().size(body.facts(use.node).type);
  llvm::Value* word = builder.narrow(body.scalar(use.arguments.front()), bytes, false);
  if (bytes == 1) return word;
  llvm::Value* cut = builder.ir().CreateTrunc(word, builder.ir().getIntNTy(bytes * 8));
  llvm::Value* swapped = builder.ir().CreateUnaryIntrinsic(llvm::Intrinsic::bswap, cut);
  return builder.ir().CreateZExt(swapped, builder.ir().getInt64Ty());
}

LOWER(kIsErr) {
  Builder& builder = body.builder();
  llvm::Value* lowest = builder.word(static_cast<std::uint64_t>(kLowestError));
  return builder.from_bool(builder.ir().CreateICmpUGE(body.scalar(use.arguments.front()), lowest));
}

LOWER(kKptr) {
  return body.scalar(use.arguments.front());
}
LOWER(kUptr) {
  return body.scalar(use.arguments.front());
}

// The checker left the member's distance from the structure's begin where the member stands.
LOWER(kContainerOf) {
  llvm::Value* member = body.scalar(use.arguments[0]);
  return body.builder().ir().CreateSub(member, body.builder().word(body.number(use.arguments[2])));
}

LOWER(kKaddr) {
  return kernel_symbol(body, body.text(use.arguments.front()), body.span(use.node));
}

// A file that may be loaded anywhere is where the probe says: the address of the function that is
// running against the one that it has in the file. On return only the kernel knows the former.
LOWER(kUaddr) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  World& world = body.image().world();
  Span at = body.span(use.node);
  const sema::ExpandedPoint& point = body.group().points.front();
  auto symbol = world.elf_address(point.target, body.text(use.arguments.front()));
  auto in_file = world.elf_movable_address(point.target, point.offset);
  if (!symbol || !in_file) {
    body.image().refuse(at, "this symbol");
    return builder.word(0);
  }
  llvm::Value* address = builder.word(symbol->address);
  if (!*in_file) return address;
  bool is_return = has_fact(body.group().type, kHasRetval);
  llvm::Value* running = is_return ? builder.call(Helper::kFunctionAddress, {body.context()})
                                   : load_register(body, "ip");
  return ir.CreateAdd(address, ir.CreateSub(running, builder.word(**in_file)));
}

// The kernel keeps, for each CPU, how far its copy of such variables is from where the symbol says.
LOWER(kPercpuKaddr) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  Span at = body.span(use.node);
  llvm::Value* symbol = kernel_symbol(body, body.text(use.arguments.front()), at);
  llvm::Value* offsets = kernel_symbol(body, "__per_cpu_offset", at);
  bool is_own = use.arguments.size() == 1;
  llvm::Value* cpu =
      is_own ? builder.call(Helper::kProcessorId, {}) : body.scalar(use.arguments[1]);
  llvm::Value* exists =
      ir.CreateICmpULT(cpu, body.load_constant(WIRE_FIELD(image::Constants, possible_cpus)));
  Place offset = body.frame().take(8);
  return builder.choose(
      exists,
      [&] {
        llvm::Value* entry = ir.CreateAdd(offsets, ir.CreateMul(cpu, builder.word(8)));
        body.read_bytes(entry, AddressSpace::kKernel, offset, 8, at);
        return ir.CreateAdd(symbol, builder.load(offset, 8, false));
      },
      [&]() -> llvm::Value* { return builder.word(0); });
}

}  // namespace sonde::codegen
