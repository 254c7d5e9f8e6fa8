// Arithmetic that the BPF target does not have: division of signed words, by that of magnitudes.
#pragma once

#include "codegen/llvm/builder.h"

namespace sonde::codegen {

// As C rounds: toward zero. The smallest word divided by -1 is itself. `y` is not 0.
llvm::Value* quotient(Builder& builder, llvm::Value* x, llvm::Value* y, bool is_signed);
llvm::Value* remainder(Builder& builder, llvm::Value* x, llvm::Value* y, bool is_signed);
// The quotient, and 0 where there is nothing to divide by.
llvm::Value* average(Builder& builder, llvm::Value* total, llvm::Value* count, bool is_signed);
// A bit: whether `value` is the smaller, or the larger, of the two.
llvm::Value* is_better(Builder& builder, llvm::Value* value, llvm::Value* than, bool is_min,
                       bool is_signed);

}  // namespace sonde::codegen
