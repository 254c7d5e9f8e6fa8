// Stack memory is an alloca in the entry block with lifetime marks, so that LLVM lays values of
// different statements over each other; scratch memory is handed out from the bottom and taken back
// to the mark at the end of a scope.
#include "codegen/lower/frame.h"

#include <algorithm>

#include "lexer/base/round_up.h"

namespace sonde::codegen {

Frame Frame::inside(const Frame& outer, llvm::BasicBlock* entry) {
  Frame inner(*outer.builder_, entry, outer.on_stack_limit_);
  inner.scratch_used_ = outer.scratch_used_;
  return inner;
}

void Frame::include(const Frame& inner) {
  scratch_peak_ = std::max(scratch_peak_, inner.scratch_peak_);
}

llvm::AllocaInst* Frame::allocate(llvm::Type* type) {
  llvm::IRBuilder<> ir(entry_, entry_->begin());
  llvm::AllocaInst* alloca = ir.CreateAlloca(type);
  alloca->setAlignment(llvm::Align(8));
  return alloca;
}

llvm::AllocaInst* Frame::word() {
  llvm::AllocaInst* local = allocate(builder_->ir().getInt64Ty());
  llvm::IRBuilder<> ir(entry_->getTerminator());
  ir.CreateStore(ir.getInt64(0), local);
  return local;
}

llvm::Value* Frame::variable_word() {
  if (on_stack_limit_ > 0) return word();
  Place place = take_scratch(8);
  builder_->store(place, 8, builder_->word(0));
  return place.pointer;
}

llvm::AllocaInst* Frame::words(std::uint32_t count) {
  return allocate(llvm::ArrayType::get(builder_->ir().getInt64Ty(), count));
}

Place Frame::take(std::uint32_t size) {
  if (size > on_stack_limit_ && size > 8) return take_scratch(size);
  std::uint32_t rounded = round_up(std::max(size, 1u), 8);
  llvm::AllocaInst* local =
      allocate(llvm::ArrayType::get(builder_->ir().getInt64Ty(), rounded / 8));
  builder_->ir().CreateLifetimeStart(local, builder_->ir().getInt64(rounded));
  open_.push_back(local);
  return {local};
}

Place Frame::take_scratch(std::uint32_t size) {
  return scratch_at(reserve_scratch(size));
}

std::uint32_t Frame::reserve_scratch(std::uint32_t size) {
  std::uint32_t offset = sizeof(image::ScratchHeader) + scratch_used_;
  scratch_used_ += round_up(size, 8);
  scratch_peak_ = std::max(scratch_peak_, scratch_used_);
  return offset;
}

Place Frame::scratch_at(std::uint32_t offset) {
  llvm::Value* slot = builder_->ir().CreateLoad(builder_->ir().getPtrTy(), scratch_slot());
  return builder_->at(Place{slot}, offset);
}

llvm::Value* Frame::zero_key() {
  if (!zero_key_) {
    zero_key_ = allocate(builder_->ir().getInt32Ty());
    llvm::IRBuilder<> ir(entry_->getTerminator());
    ir.CreateStore(ir.getInt32(0), zero_key_);
  }
  return zero_key_;
}

llvm::AllocaInst* Frame::scratch_slot() {
  if (!scratch_slot_) scratch_slot_ = allocate(builder_->ir().getPtrTy());
  return scratch_slot_;
}

Frame::Scope::Scope(Frame& frame)
    : frame_(frame), stack_mark_(frame.open_.size()), scratch_mark_(frame.scratch_used_) {}

Frame::Scope::~Scope() {
  llvm::IRBuilder<>& ir = frame_.builder_->ir();
  while (frame_.open_.size() > stack_mark_) {
    llvm::AllocaInst* local = frame_.open_.pop_back_val();
    std::uint64_t bytes =
        llvm::cast<llvm::ArrayType>(local->getAllocatedType())->getNumElements() * 8;
    ir.CreateLifetimeEnd(local, ir.getInt64(bytes));
  }
  frame_.scratch_used_ = scratch_mark_;
}

}  // namespace sonde::codegen
