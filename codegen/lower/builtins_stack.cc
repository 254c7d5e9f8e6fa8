// kstack and ustack. The addresses go into the table of stacks once, under a hash of what they are;
// the value that the script handles says which stack it is, and of which process (wire.h:
// StackHandle).
#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

constexpr std::uint64_t kUserStackFlag = 256;  // BPF_F_USER_STACK of bpf_get_stack
constexpr std::uint64_t kNewElement = 1;       // BPF_NOEXIST of bpf_map_update_elem
constexpr std::int64_t kExists = -17;          // -EEXIST
constexpr std::uint64_t kHashMultiplier = 0x9e3779b97f4a7c15;

// Never 0 for a stack with frames: 0 is the empty one.
llvm::Value* hash_frames(Body& body, Place frames, llvm::Value* count) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  llvm::AllocaInst* hash = body.frame().word();
  ir.CreateStore(builder.word(0), hash);
  builder.repeat(count, [&](llvm::Value* index, llvm::BasicBlock*) {
    llvm::Value* frame = builder.load(builder.at(frames, index, 8), 8, false);
    llvm::Value* mixed = ir.CreateXor(ir.CreateLoad(ir.getInt64Ty(), hash), frame);
    mixed = ir.CreateMul(mixed, builder.word(kHashMultiplier));
    ir.CreateStore(ir.CreateXor(mixed, ir.CreateLShr(mixed, 29)), hash);
  });
  llvm::Value* result = ir.CreateLoad(ir.getInt64Ty(), hash);
  llvm::Value* non_zero = ir.CreateSelect(builder.is_true(result), result, builder.word(1));
  return ir.CreateSelect(builder.is_true(count), non_zero, builder.word(0));
}

// When the current process began, in nanoseconds since boot: task->group_leader->start_boottime.
llvm::Value* process_start_time(Body& body, Span at) {
  World& world = body.image().world();
  auto leader = world.kernel_member_offset("task_struct", {"group_leader"});
  auto start = world.kernel_member_offset("task_struct", {"start_boottime"});
  Builder& builder = body.builder();
  if (!leader || !start) return builder.word(0);
  Place word = body.frame().take(8);
  auto read = [&](llvm::Value* structure, std::uint32_t offset) {
    llvm::Value* address = builder.ir().CreateAdd(structure, builder.word(offset));
    body.read_bytes(address, AddressSpace::kKernel, word, 8, at);
    return builder.load(word, 8, false);
  };
  return read(read(builder.call(Helper::kCurrentTask, {}), *leader), *start);
}

void remember_frames(Body& body, Place trace, llvm::Value* hash, llvm::Value* count, Span at) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  Place key = body.frame().take(8);
  builder.store(key, 8, hash);
  llvm::Value* table = body.image().stacks();
  llvm::Value* known = builder.call(Helper::kMapLookup, {table, key.pointer});
  builder.if_true(builder.is_null(known), [&] {
    builder.store_field(trace, WIRE_FIELD(image::StackTrace, frame_count), count);
    llvm::Value* result = builder.call(
        Helper::kMapUpdate, {table, key.pointer, trace.pointer, builder.word(kNewElement)});
    llvm::Value* is_refused =
        ir.CreateAnd(builder.is_true(result),
                     ir.CreateICmpNE(result, builder.word(static_cast<std::uint64_t>(kExists))));
    builder.if_true(is_refused, [&] { body.count_loss(image::LossKind::kStack, at); });
  });
}

}  // namespace

void Body::store_stack(const BuiltinUse& use, bool is_user) {
  llvm::IRBuilder<>& ir = builder_.ir();
  Span at = span(use.node);
  std::uint32_t limit = stack_limit_at(program(), typing_, use.node);
  clear_memory(builder_, use.destination, sizeof(image::StackHandle));
  if (limit == 0) return;
  constexpr std::uint32_t kHeader = sizeof(image::StackTrace);
  Place trace = frame_.take_scratch(kHeader + 8 * image_.stack_capacity());
  Place frames = builder_.at(trace, kHeader);
  llvm::Value* bytes =
      builder_.call(Helper::kGetStack, {context_, frames.pointer, builder_.word(8 * limit),
                                        builder_.word(is_user ? kUserStackFlag : 0)});
  builder_.if_true(ir.CreateICmpSLT(bytes, builder_.word(0)), [&] {
    report(is_user ? RuntimeError::kUserStack : RuntimeError::kKernelStack, at, bytes);
  });
  builder_.if_true(ir.CreateICmpSGT(bytes, builder_.word(0)), [&] {
    llvm::Value* count = builder_.opaque(ir.CreateLShr(bytes, 3));
    llvm::Value* most = builder_.word(limit);
    count = ir.CreateSelect(ir.CreateICmpUGT(count, most), most, count);
    llvm::Value* hash = hash_frames(*this, frames, count);
    remember_frames(*this, trace, hash, count, at);
    auto set = [&](image::WireField field, llvm::Value* value) {
      builder_.store_field(use.destination, field, value);
    };
    set(WIRE_FIELD(image::StackHandle, hash), hash);
    set(WIRE_FIELD(image::StackHandle, frame_count), count);
    if (!is_user) return;
    set(WIRE_FIELD(image::StackHandle, pid), process_id(/*in_initial_namespace=*/true, false));
    set(WIRE_FIELD(image::StackHandle, start_time), process_start_time(*this, at));
  });
}

LOWER(kKstack) {
  body.store_stack(use, false);
  return nullptr;
}

LOWER(kUstack) {
  body.store_stack(use, true);
  return nullptr;
}

}  // namespace sonde::codegen
