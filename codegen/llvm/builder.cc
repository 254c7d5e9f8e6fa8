// What the layer over IRBuilder emits. A helper is called through its number as a constant pointer,
// which the BPF target turns into the call instruction's immediate.
#include "codegen/llvm/builder.h"

#include <llvm/IR/InlineAsm.h>

#include <algorithm>

#include "lexer/base/check.h"

namespace sonde::codegen {
namespace {

// The largest power of two up to 8 that divides `offset`.
std::uint32_t alignment_of(std::uint64_t offset) {
  std::uint32_t alignment = 8;
  while (offset % alignment != 0) alignment /= 2;
  return alignment;
}

}  // namespace

Place Builder::at(Place place, std::uint64_t offset) {
  if (offset == 0) return place;
  return {ir_.CreateConstInBoundsGEP1_64(ir_.getInt8Ty(), place.pointer, offset),
          std::min(place.alignment, alignment_of(offset))};
}

Place Builder::at(Place place, llvm::Value* index, std::uint32_t stride) {
  llvm::Value* offset = stride == 1 ? index : ir_.CreateMul(index, word(stride));
  return {ir_.CreateGEP(ir_.getInt8Ty(), place.pointer, offset),
          std::min(place.alignment, alignment_of(stride))};
}

llvm::Value* Builder::load(Place place, std::uint32_t bytes, bool is_signed) {
  llvm::Type* type = ir_.getIntNTy(bytes * 8);
  llvm::Value* loaded =
      ir_.CreateAlignedLoad(type, place.pointer, llvm::Align(std::min(bytes, place.alignment)));
  return ir_.CreateIntCast(loaded, ir_.getInt64Ty(), is_signed);
}

void Builder::store(Place place, std::uint32_t bytes, llvm::Value* word) {
  llvm::Value* cut = ir_.CreateTrunc(word, ir_.getIntNTy(bytes * 8));
  ir_.CreateAlignedStore(cut, place.pointer, llvm::Align(std::min(bytes, place.alignment)));
}

llvm::Value* Builder::load_volatile(Place place, std::uint32_t bytes) {
  llvm::Value* loaded = ir_.CreateAlignedLoad(ir_.getIntNTy(bytes * 8), place.pointer,
                                              llvm::Align(bytes), /*isVolatile=*/true);
  return ir_.CreateZExt(loaded, ir_.getInt64Ty());
}

void Builder::store_volatile(Place place, std::uint32_t bytes, llvm::Value* word) {
  ir_.CreateAlignedStore(ir_.CreateTrunc(word, ir_.getIntNTy(bytes * 8)), place.pointer,
                         llvm::Align(bytes), /*isVolatile=*/true);
}

void Builder::atomic_add(Place place, llvm::Value* word) {
  ir_.CreateAtomicRMW(llvm::AtomicRMWInst::Add, place.pointer, word, llvm::Align(8),
                      llvm::AtomicOrdering::Monotonic);
}

llvm::Value* Builder::compare_exchange(Place place, llvm::Value* expected, llvm::Value* desired) {
  llvm::Value* pair = ir_.CreateAtomicCmpXchg(place.pointer, expected, desired, llvm::Align(8),
                                              llvm::AtomicOrdering::SequentiallyConsistent,
                                              llvm::AtomicOrdering::SequentiallyConsistent);
  return ir_.CreateExtractValue(pair, 0);
}

llvm::Value* Builder::call(Helper helper, llvm::ArrayRef<llvm::Value*> arguments) {
  const HelperRow& row = helper_row(helper);
  CHECK(arguments.size() == row.arguments);
  llvm::SmallVector<llvm::Type*, 5> parameters;
  for (llvm::Value* argument : arguments) parameters.push_back(argument->getType());
  llvm::Type* result = row.result == HelperResult::kPointer
                           ? static_cast<llvm::Type*>(ir_.getPtrTy())
                           : static_cast<llvm::Type*>(ir_.getInt64Ty());
  llvm::Constant* number = llvm::ConstantExpr::getIntToPtr(word(row.number), ir_.getPtrTy());
  llvm::Value* value =
      ir_.CreateCall(llvm::FunctionType::get(result, parameters, false), number, arguments);
  return row.result == HelperResult::kInt ? narrow(value, 4, /*is_signed=*/true) : value;
}

llvm::Value* Builder::narrow(llvm::Value* word, std::uint32_t bytes, bool is_signed) {
  if (bytes >= 8) return word;
  llvm::Value* cut = ir_.CreateTrunc(word, ir_.getIntNTy(bytes * 8));
  return ir_.CreateIntCast(cut, ir_.getInt64Ty(), is_signed);
}

llvm::Value* Builder::opaque(llvm::Value* word) {
  llvm::Type* type = word->getType();
  llvm::InlineAsm* nothing = llvm::InlineAsm::get(llvm::FunctionType::get(type, {type}, false), "",
                                                  "=r,0", /*hasSideEffects=*/true);
  return ir_.CreateCall(nothing, {word});
}

void Builder::keep_order() {
  llvm::FunctionType* type = llvm::FunctionType::get(ir_.getVoidTy(), false);
  ir_.CreateCall(llvm::InlineAsm::get(type, "", "~{memory}", /*hasSideEffects=*/true), {});
}

llvm::BasicBlock* Builder::new_block(const char* name) {
  return llvm::BasicBlock::Create(module_.getContext(), name, ir_.GetInsertBlock()->getParent());
}

}  // namespace sonde::codegen
