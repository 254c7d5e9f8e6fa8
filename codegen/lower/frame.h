// Frame: where the values of one program live. Words (integers, bools, pointers) are locals that
// LLVM keeps in registers; of everything else, what is at most `on_stack_limit` bytes lives on the
// BPF stack and what is larger in scratch memory, a slot of an array map that each run claims for
// itself. This file alone decides; whoever needs memory takes it and does not ask where it is.
//
// Invariant: memory taken inside a Scope is given back at its end and then serves the next taker.
// Scratch memory may be used only between claim() and the end of the run, which Body arranges.
#pragma once

#include <cstdint>

#include "codegen/llvm/builder.h"

namespace sonde::codegen {

class Frame {
 public:
  Frame(Builder& builder, llvm::BasicBlock* entry, std::uint32_t on_stack_limit)
      : builder_(&builder), entry_(entry), on_stack_limit_(on_stack_limit) {}
  // The frame of a function that `outer`'s calls: it has stack memory of its own, and scratch
  // memory behind what is taken there now.
  static Frame inside(const Frame& outer, llvm::BasicBlock* entry);
  // What a function inside has taken is needed here too.
  void include(const Frame& inner);

  // A word for the whole run, zero at its start.
  llvm::AllocaInst* word();
  // The word of a script's variable, zero from here on: as word(), but where the limit is 0 in
  // scratch memory, because more of them can be alive than the stack has room for.
  llvm::Value* variable_word();
  // Words on the stack for the whole run, whatever the limit; undefined at first.
  llvm::AllocaInst* words(std::uint32_t count);
  // Memory with undefined content, 8-aligned, until the end of the scope that is open.
  Place take(std::uint32_t size);
  // As take(), in scratch memory whatever the size: for what is written at offsets that are not
  // constant.
  Place take_scratch(std::uint32_t size);
  // The same in two steps: where in the slot it is, which functions inside share, and its address.
  std::uint32_t reserve_scratch(std::uint32_t size);
  Place scratch_at(std::uint32_t offset);
  // A u32 that is 0, as the key of arrays.
  llvm::Value* zero_key();

  bool uses_scratch() const { return scratch_peak_ > 0; }
  std::uint32_t scratch_size() const { return scratch_peak_; }
  // The local that holds the claimed slot's address.
  llvm::AllocaInst* scratch_slot();

  class Scope {
   public:
    explicit Scope(Frame& frame);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Frame& frame_;
    std::size_t stack_mark_;
    std::uint32_t scratch_mark_;
  };

 private:
  llvm::AllocaInst* allocate(llvm::Type* type);

  Builder* builder_;
  llvm::BasicBlock* entry_;
  std::uint32_t on_stack_limit_;
  llvm::SmallVector<llvm::AllocaInst*, 16> open_;  // stack memory of the open scopes
  llvm::AllocaInst* scratch_slot_ = nullptr;
  llvm::AllocaInst* zero_key_ = nullptr;
  std::uint32_t scratch_used_ = 0, scratch_peak_ = 0;
};

}  // namespace sonde::codegen
