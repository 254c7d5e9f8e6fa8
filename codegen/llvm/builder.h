// A thin layer over IRBuilder in the terms of a BPF program. Every integer in flight is a 64-bit
// word, already extended by the sign of its type; narrower ones exist only in memory. Memory is a
// Place: a pointer with the alignment that is known of it, addressed by byte offsets, so that the
// layouts of wire.h and of TypeTable are used as they are and no LLVM struct type repeats them.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <cstdint>

#include "codegen/image/wire.h"
#include "codegen/llvm/helpers.h"

namespace sonde::codegen {

struct Place {
  llvm::Value* pointer = nullptr;
  std::uint32_t alignment = 8;  // in bytes, a power of two up to 8
};

class Builder {
 public:
  explicit Builder(llvm::Module& module) : module_(module), ir_(module.getContext()) {}

  llvm::IRBuilder<>& ir() { return ir_; }
  llvm::Module& module() { return module_; }
  llvm::ConstantInt* word(std::uint64_t value) { return ir_.getInt64(value); }

  // ---- memory ----
  Place at(Place place, std::uint64_t offset);
  // `index` is a word whose multiples of `stride` bytes are added.
  Place at(Place place, llvm::Value* index, std::uint32_t stride);
  llvm::Value* load(Place place, std::uint32_t bytes, bool is_signed);
  void store(Place place, std::uint32_t bytes, llvm::Value* word);
  // A field of a wire record: WIRE_FIELD(image::RecordHeader, size).
  Place field(Place record, image::WireField field) { return at(record, field.offset); }
  llvm::Value* load_field(Place record, image::WireField field) {
    return load(at(record, field.offset), field.size, false);
  }
  void store_field(Place record, image::WireField field, llvm::Value* word) {
    store(at(record, field.offset), field.size, word);
  }
  // Neither merged with another load nor left out.
  llvm::Value* load_volatile(Place place, std::uint32_t bytes);
  void store_volatile(Place place, std::uint32_t bytes, llvm::Value* word);
  // One instruction each, so that an interrupting program on the same CPU loses nothing.
  void atomic_add(Place place, llvm::Value* word);
  llvm::Value* compare_exchange(Place place, llvm::Value* expected, llvm::Value* desired);

  // ---- values ----
  llvm::Value* call(Helper helper, llvm::ArrayRef<llvm::Value*> arguments);
  llvm::Value* is_null(llvm::Value* pointer) { return ir_.CreateIsNull(pointer); }
  llvm::Value* is_true(llvm::Value* word) { return ir_.CreateICmpNE(word, ir_.getInt64(0)); }
  llvm::Value* from_bool(llvm::Value* bit) { return ir_.CreateZExt(bit, ir_.getInt64Ty()); }
  llvm::Value* address(Place place) { return ir_.CreatePtrToInt(place.pointer, ir_.getInt64Ty()); }
  // The word as 1, 2, 4 or 8 bytes of a type with this sign, extended again.
  llvm::Value* narrow(llvm::Value* word, std::uint32_t bytes, bool is_signed);
  // The same word, about which LLVM knows nothing any more: what the verifier must see tested right
  // before it is used is tested on an opaque word.
  llvm::Value* opaque(llvm::Value* word);
  // Whether `pointer` is not null, as a value: LLVM joins the tests of two pointers to one of their
  // bits, which the verifier takes for arithmetic.
  llvm::Value* exists(llvm::Value* pointer) {
    return is_true(opaque(from_bool(ir_.CreateIsNotNull(pointer))));
  }
  // LLVM moves no access to memory across this point.
  void keep_order();

  // ---- control flow ----
  llvm::BasicBlock* new_block(const char* name);
  void jump(llvm::BasicBlock* target) { ir_.CreateBr(target); }
  void enter(llvm::BasicBlock* block) { ir_.SetInsertPoint(block); }

  template <typename Then>
  void if_true(llvm::Value* bit, Then&& then) {
    llvm::BasicBlock *yes = new_block("then"), *next = new_block("next");
    ir_.CreateCondBr(bit, yes, next);
    enter(yes);
    then();
    jump(next);
    enter(next);
  }
  template <typename Then, typename Otherwise>
  void if_else(llvm::Value* bit, Then&& then, Otherwise&& otherwise) {
    llvm::BasicBlock *yes = new_block("then"), *no = new_block("else"), *next = new_block("next");
    ir_.CreateCondBr(bit, yes, no);
    enter(yes);
    then();
    jump(next);
    enter(no);
    otherwise();
    jump(next);
    enter(next);
  }
  // The same for a condition that hardly ever holds: `otherwise` comes first in the code. For a
  // record it must: kernels before 6.2 find no two states alike while a reservation is open,
  // remember a state no sooner than 8 instructions after the last, and so would remember none
  // between two short records; 20 of them in a row would be too much for the verifier.
  template <typename Then, typename Otherwise>
  void if_rarely(llvm::Value* bit, Then&& then, Otherwise&& otherwise) {
    llvm::BasicBlock *usual = new_block("usual"), *rare = new_block("rare"),
                     *next = new_block("next");
    ir_.CreateCondBr(bit, rare, usual);
    enter(usual);
    otherwise();
    jump(next);
    enter(rare);
    then();
    jump(next);
    enter(next);
  }
  // The value of the arm that is taken; both arms give the same LLVM type.
  template <typename Then, typename Otherwise>
  llvm::Value* choose(llvm::Value* bit, Then&& then, Otherwise&& otherwise) {
    llvm::BasicBlock *yes = new_block("then"), *no = new_block("else"), *next = new_block("next");
    ir_.CreateCondBr(bit, yes, no);
    enter(yes);
    llvm::Value* when_true = then();
    llvm::BasicBlock* end_of_yes = ir_.GetInsertBlock();
    jump(next);
    enter(no);
    llvm::Value* when_false = otherwise();
    llvm::BasicBlock* end_of_no = ir_.GetInsertBlock();
    jump(next);
    enter(next);
    llvm::PHINode* phi = ir_.CreatePHI(when_true->getType(), 2);
    phi->addIncoming(when_true, end_of_yes);
    phi->addIncoming(when_false, end_of_no);
    return phi;
  }
  // body(index, done) runs for index 0 … count-1 and may jump to `done`. The index is opaque: loop
  // strength reduction would else turn it into a pointer that the verifier cannot bound.
  template <typename Body>
  void repeat(llvm::Value* count, Body&& body) {
    llvm::BasicBlock *before = ir_.GetInsertBlock(), *head = new_block("loop"),
                     *inside = new_block("inside"), *done = new_block("done");
    jump(head);
    enter(head);
    llvm::PHINode* index = ir_.CreatePHI(ir_.getInt64Ty(), 2);
    ir_.CreateCondBr(ir_.CreateICmpULT(index, count), inside, done);
    enter(inside);
    body(index, done);
    llvm::Value* next = opaque(ir_.CreateAdd(index, word(1)));
    index->addIncoming(word(0), before);
    index->addIncoming(next, ir_.GetInsertBlock());
    jump(head);
    enter(done);
  }

 private:
  llvm::Module& module_;
  llvm::IRBuilder<> ir_;
};

}  // namespace sonde::codegen
