// The magnitude of the smallest word is that word again, taken as unsigned, so that every pair of
// words has a quotient.
#include "codegen/llvm/arithmetic.h"

namespace sonde::codegen {
namespace {

llvm::Value* magnitude(Builder& builder, llvm::Value* word) {
  llvm::IRBuilder<>& ir = builder.ir();
  return ir.CreateSelect(ir.CreateICmpSLT(word, builder.word(0)), ir.CreateNeg(word), word);
}

}  // namespace

llvm::Value* quotient(Builder& builder, llvm::Value* x, llvm::Value* y, bool is_signed) {
  llvm::IRBuilder<>& ir = builder.ir();
  if (!is_signed) return ir.CreateUDiv(x, y);
  llvm::Value* result = ir.CreateUDiv(magnitude(builder, x), magnitude(builder, y));
  llvm::Value* is_negative = ir.CreateICmpSLT(ir.CreateXor(x, y), builder.word(0));
  return ir.CreateSelect(is_negative, ir.CreateNeg(result), result);
}

llvm::Value* remainder(Builder& builder, llvm::Value* x, llvm::Value* y, bool is_signed) {
  llvm::IRBuilder<>& ir = builder.ir();
  if (!is_signed) return ir.CreateURem(x, y);
  llvm::Value* result = ir.CreateURem(magnitude(builder, x), magnitude(builder, y));
  llvm::Value* is_negative = ir.CreateICmpSLT(x, builder.word(0));
  return ir.CreateSelect(is_negative, ir.CreateNeg(result), result);
}

llvm::Value* average(Builder& builder, llvm::Value* total, llvm::Value* count, bool is_signed) {
  return builder.choose(
      builder.is_true(count), [&] { return quotient(builder, total, count, is_signed); },
      [&]() -> llvm::Value* { return builder.word(0); });
}

llvm::Value* is_better(Builder& builder, llvm::Value* value, llvm::Value* than, bool is_min,
                       bool is_signed) {
  using Cmp = llvm::CmpInst;
  Cmp::Predicate predicate = is_min ? (is_signed ? Cmp::ICMP_SLT : Cmp::ICMP_ULT)
                                    : (is_signed ? Cmp::ICMP_SGT : Cmp::ICMP_UGT);
  return builder.ir().CreateICmp(predicate, value, than);
}

}  // namespace sonde::codegen
