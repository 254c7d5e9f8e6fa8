// kstack and ustack. The addresses go into the table of stacks once, under a hash of what they are;
// the value that the script handles says which stack it is, and of which process (wire.h:
// StackHandle).
#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

// Flags of bpf_get_stack: BPF_F_USER_STACK and BPF_F_USER_BUILD_ID.
constexpr std::uint64_t kUserStackFlag = 256;
constexpr std::uint64_t kBuildIdFlag = 1u << 11;
constexpr std::uint64_t kNewElement = 1;  // BPF_NOEXIST of bpf_map_update_elem
constexpr std::int64_t kExists = -17;     // -EEXIST
constexpr std::uint64_t kHashMultiplier = 0x9e3779b97f4a7c15;

// Of `count` words. Never 0 for a stack with frames: 0 is the empty one. What the verifier learns
// of the count by leaving the loop after that many rounds is forgotten: it would follow the rest of
// the program once for each number of frames, and for each pair of numbers behind a second stack.
llvm::Value* hash_frames(Body& body, Place frames, Place kept_count, llvm::Value* count) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  llvm::AllocaInst* hash = body.frame().word();
  ir.CreateStore(builder.word(0), hash);
  builder.store_volatile(kept_count, 8, count);
  builder.repeat(count, [&](llvm::Value* index, llvm::BasicBlock*) {
    llvm::Value* frame = builder.load(builder.at(frames, index, 8), 8, false);
    llvm::Value* mixed = ir.CreateXor(ir.CreateLoad(ir.getInt64Ty(), hash), frame);
    mixed = ir.CreateMul(mixed, builder.word(kHashMultiplier));
    ir.CreateStore(ir.CreateXor(mixed, ir.CreateLShr(mixed, 29)), hash);
  });
  llvm::Value* result = ir.CreateLoad(ir.getInt64Ty(), hash);
  llvm::Value* non_zero = ir.CreateSelect(builder.is_true(result), result, builder.word(1));
  llvm::Value* kept = builder.load_volatile(kept_count, 8);
  return ir.CreateSelect(builder.is_true(kept), non_zero, builder.word(0));
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

llvm::Value* Body::process_start_time(Span at) {
  // task->group_leader->start_boottime
  auto leader = image_.world().kernel_member_offset("task_struct", {"group_leader"});
  auto start = image_.world().kernel_member_offset("task_struct", {"start_boottime"});
  if (!leader || !start) return builder_.word(0);
  Place word = frame_.take(8);
  auto read = [&](llvm::Value* structure, std::uint32_t offset) {
    llvm::Value* address = builder_.ir().CreateAdd(structure, builder_.word(offset));
    read_bytes(address, AddressSpace::kKernel, word, 8, at);
    return builder_.load(word, 8, false);
  };
  return read(read(builder_.call(Helper::kCurrentTask, {}), *leader), *start);
}

void Body::store_stack(const BuiltinUse& use, bool is_user) {
  llvm::IRBuilder<>& ir = builder_.ir();
  Span at = span(use.node);
  std::uint32_t limit = stack_limit_at(program(), typing_, use.node);
  clear_memory(builder_, use.destination, sizeof(image::StackHandle));
  if (limit == 0) return;
  constexpr std::uint32_t kHeader = sizeof(image::StackTrace);
  Place trace = frame_.take_scratch(kHeader + 8 * image_.stack_capacity());
  Place frames = builder_.at(trace, kHeader);
  std::uint32_t size = frame_size(type_of(use.node));
  bool has_build_ids = type_of(use.node).stack_mode == StackMode::kBuildId;
  std::uint64_t flags = (is_user ? kUserStackFlag : 0) | (has_build_ids ? kBuildIdFlag : 0);
  llvm::Value* bytes =
      builder_.call(Helper::kGetStack,
                    {context_, frames.pointer, builder_.word(size * limit), builder_.word(flags)});
  builder_.if_true(ir.CreateICmpSLT(bytes, builder_.word(0)), [&] {
    report(is_user ? RuntimeError::kUserStack : RuntimeError::kKernelStack, at, bytes);
  });
  builder_.if_true(ir.CreateICmpSGT(bytes, builder_.word(0)), [&] {
    llvm::Value* words = builder_.opaque(ir.CreateLShr(bytes, 3));
    llvm::Value* most = builder_.word(limit * size / 8);
    words = ir.CreateSelect(ir.CreateICmpUGT(words, most), most, words);
    Place kept_words = frame_.take_scratch(8);
    llvm::Value* hash = hash_frames(*this, frames, kept_words, words);
    llvm::Value* count =
        ir.CreateUDiv(builder_.load_volatile(kept_words, 8), builder_.word(size / 8));
    remember_frames(*this, trace, hash, count, at);
    auto set = [&](image::WireField field, llvm::Value* value) {
      builder_.store_field(use.destination, field, value);
    };
    set(WIRE_FIELD(image::StackHandle, hash), hash);
    set(WIRE_FIELD(image::StackHandle, frame_count), count);
    if (!is_user) return;
    set(WIRE_FIELD(image::StackHandle, pid), process_id(/*in_initial_namespace=*/true, false));
    set(WIRE_FIELD(image::StackHandle, start_time), process_start_time(at));
  });
}

LOWER(kKstack) {
  body.store_stack(use, false);
  return nullptr;
}

LOWER(kStack) {
  body.store_stack(use, false);
  return nullptr;
}

LOWER(kUstack) {
  body.store_stack(use, true);
  return nullptr;
}

}  // namespace sonde::codegen
