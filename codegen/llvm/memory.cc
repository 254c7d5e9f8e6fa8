// How bytes are moved. Up to kInlineAccesses loads or stores are written out; beyond that
// bpf_probe_read_kernel does the work: it copies from any kernel address, and from address 0, which
// it refuses, it fills the destination with zeros. That makes it the memset which BPF lacks.
#include "codegen/llvm/memory.h"

#include <algorithm>
#include <vector>

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kInlineAccesses = 32;
constexpr std::uint32_t kInlineComparisons = 16;
// Accesses that one round of a comparison makes: more for a longer value, so that the verifier has
// at most 128 rounds to walk for 64 KiB.
constexpr std::uint32_t kFewestInOneRound = 8, kMostInOneRound = 64, kRounds = 64;

struct Chunk {
  std::uint32_t offset;
  std::uint32_t bytes;
};

// `size` bytes in accesses as wide as `alignment` allows, widest first.
std::vector<Chunk> chunks_of(std::uint32_t size, std::uint32_t alignment) {
  std::vector<Chunk> chunks;
  std::uint32_t offset = 0;
  for (std::uint32_t bytes = alignment; bytes > 0; bytes /= 2)
    for (; size - offset >= bytes; offset += bytes) chunks.push_back({offset, bytes});
  return chunks;
}

std::uint32_t access_count(std::uint32_t size, std::uint32_t alignment) {
  return size / alignment + 3;
}

// The bytes of `text` at a chunk as a little-endian word; zeros behind its end.
std::uint64_t text_word(std::string_view text, Chunk chunk) {
  std::uint64_t word = 0;
  for (std::uint32_t i = 0; i < chunk.bytes && chunk.offset + i < text.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(text[chunk.offset + i])} << (8 * i);
  return word;
}

}  // namespace

void clear_memory(Builder& builder, Place place, std::uint32_t size) {
  if (size == 0) return;
  if (access_count(size, place.alignment) > kInlineAccesses) {
    builder.call(Helper::kReadKernel, {place.pointer, builder.word(size), builder.word(0)});
    return;
  }
  for (Chunk chunk : chunks_of(size, place.alignment))
    builder.store(builder.at(place, chunk.offset), chunk.bytes, builder.word(0));
}

void copy_memory(Builder& builder, Place destination, Place source, std::uint32_t size) {
  std::uint32_t alignment = std::min(destination.alignment, source.alignment);
  if (size == 0) return;
  if (access_count(size, alignment) > kInlineAccesses) {
    builder.call(Helper::kReadKernel,
                 {destination.pointer, builder.word(size), builder.address(source)});
    return;
  }
  for (Chunk chunk : chunks_of(size, alignment))
    builder.store(builder.at(destination, chunk.offset), chunk.bytes,
                  builder.load(builder.at(source, chunk.offset), chunk.bytes, false));
}

// Long values are compared in a loop of blocks: the verifier walks every round, and gives up at
// 8,192 branches on one path. A block's difference is opaque, or LLVM would make a branch of each
// access.
llvm::Value* memory_is_equal(Builder& builder, Place left, Place right, std::uint32_t size) {
  std::uint32_t alignment = std::min(left.alignment, right.alignment);
  llvm::IRBuilder<>& ir = builder.ir();
  auto difference = [&](Place a, Place b, std::uint32_t bytes) {
    llvm::Value* all = builder.word(0);
    for (Chunk chunk : chunks_of(bytes, alignment)) {
      llvm::Value* x = builder.load(builder.at(a, chunk.offset), chunk.bytes, false);
      llvm::Value* y = builder.load(builder.at(b, chunk.offset), chunk.bytes, false);
      all = ir.CreateOr(all, ir.CreateXor(x, y));
    }
    return all;
  };
  auto is_zero = [&](llvm::Value* word) { return ir.CreateICmpEQ(word, builder.word(0)); };
  std::uint32_t block =
      std::clamp(size / alignment / kRounds, kFewestInOneRound, kMostInOneRound) * alignment;
  if (access_count(size, alignment) <= kInlineComparisons)
    return is_zero(difference(left, right, size));

  llvm::BasicBlock* decided = builder.new_block("decided");
  llvm::PHINode* result = llvm::PHINode::Create(ir.getInt1Ty(), 2, "", decided);
  builder.repeat(builder.word(size / block), [&](llvm::Value* index, llvm::BasicBlock*) {
    llvm::Value* all =
        difference(builder.at(left, index, block), builder.at(right, index, block), block);
    llvm::Value* same = is_zero(builder.opaque(all));
    llvm::BasicBlock* go_on = builder.new_block("same");
    result->addIncoming(ir.getFalse(), ir.GetInsertBlock());
    ir.CreateCondBr(same, go_on, decided);
    builder.enter(go_on);
  });
  std::uint32_t done = size / block * block;
  llvm::Value* rest =
      is_zero(difference(builder.at(left, done), builder.at(right, done), size - done));
  result->addIncoming(rest, ir.GetInsertBlock());
  builder.jump(decided);
  builder.enter(decided);
  return result;
}

namespace {

// Fewer than 8 bytes as one word, zeros above them.
llvm::Value* load_rest(Builder& builder, Place place, std::uint32_t bytes) {
  llvm::Value* word = builder.word(0);
  for (Chunk chunk : chunks_of(bytes, std::min(place.alignment, 4u))) {
    llvm::Value* part = builder.load(builder.at(place, chunk.offset), chunk.bytes, false);
    word = builder.ir().CreateOr(word, builder.ir().CreateShl(part, 8 * chunk.offset));
  }
  return word;
}

// Of two words, the difference of their lowest bytes that are not the same.
llvm::Value* byte_difference(Builder& builder, llvm::Value* x, llvm::Value* y) {
  llvm::IRBuilder<>& ir = builder.ir();
  for (unsigned bits : {32u, 16u, 8u}) {
    llvm::Value* low = ir.CreateTrunc(ir.CreateXor(x, y), ir.getIntNTy(bits));
    llvm::Value* is_same = ir.CreateICmpEQ(low, ir.getIntN(bits, 0));
    x = ir.CreateSelect(is_same, ir.CreateLShr(x, bits), x);
    y = ir.CreateSelect(is_same, ir.CreateLShr(y, bits), y);
  }
  return ir.CreateSub(builder.narrow(x, 1, true), builder.narrow(y, 1, true));
}

}  // namespace

llvm::Value* first_difference(Builder& builder, Place left, Place right, std::uint32_t size) {
  llvm::IRBuilder<>& ir = builder.ir();
  llvm::BasicBlock* decided = builder.new_block("decided");
  auto* x = llvm::PHINode::Create(ir.getInt64Ty(), 2, "", decided);
  auto* y = llvm::PHINode::Create(ir.getInt64Ty(), 2, "", decided);
  auto decide = [&](llvm::Value* one, llvm::Value* other) {
    x->addIncoming(one, ir.GetInsertBlock());
    y->addIncoming(other, ir.GetInsertBlock());
  };
  builder.repeat(builder.word(size / 8), [&](llvm::Value* index, llvm::BasicBlock*) {
    llvm::Value* one = builder.load(builder.at(left, index, 8), 8, false);
    llvm::Value* other = builder.load(builder.at(right, index, 8), 8, false);
    decide(one, other);
    llvm::BasicBlock* go_on = builder.new_block("same");
    ir.CreateCondBr(ir.CreateICmpEQ(one, other), go_on, decided);
    builder.enter(go_on);
  });
  std::uint32_t done = size / 8 * 8;
  decide(load_rest(builder, builder.at(left, done), size - done),
         load_rest(builder, builder.at(right, done), size - done));
  builder.jump(decided);
  builder.enter(decided);
  return byte_difference(builder, x, y);
}

void store_text(Builder& builder, Place place, std::string_view text, std::uint32_t size) {
  std::uint32_t used = std::min<std::uint32_t>(size, (text.size() + 8) / 8 * 8);
  for (Chunk chunk : chunks_of(used, place.alignment))
    builder.store(builder.at(place, chunk.offset), chunk.bytes,
                  builder.word(text_word(text, chunk)));
  if (used < size) clear_memory(builder, builder.at(place, used), size - used);
}

llvm::Value* memory_is_text(Builder& builder, Place place, std::string_view text,
                            std::uint32_t size) {
  llvm::IRBuilder<>& ir = builder.ir();
  llvm::Value* all = builder.word(0);
  for (Chunk chunk : chunks_of(size, place.alignment)) {
    llvm::Value* here = builder.load(builder.at(place, chunk.offset), chunk.bytes, false);
    all = ir.CreateOr(all, ir.CreateXor(here, builder.word(text_word(text, chunk))));
  }
  return ir.CreateICmpEQ(all, builder.word(0));
}

}  // namespace sonde::codegen
