// The helper hands its function one pointer, which must lead to the stack: to the address of the
// scratch memory. What stands there the verifier does not know, so its second walk finds nothing
// new, however the rounds count.
#include "codegen/lower/rounds.h"

namespace sonde::codegen {
namespace {

// As many the verifier may follow one by one.
constexpr std::uint32_t kFewRounds = 4;
constexpr std::uint64_t kStop = 1;  // what ends the helper's loop

}  // namespace

void each_round(Body& body, const std::string& name, std::uint32_t count, Place memory, Span at,
                llvm::function_ref<llvm::Value*(llvm::Value*, Place)> round) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  auto go_on_if = [&](llvm::Value* bit, llvm::BasicBlock* otherwise) {
    llvm::BasicBlock* next = builder.new_block("more");
    ir.CreateCondBr(bit, next, otherwise);
    builder.enter(next);
  };
  if (count <= kFewRounds || !body.image().world().has(Capability::kLoop)) {
    builder.repeat(builder.word(count), [&](llvm::Value* index, llvm::BasicBlock* done) {
      go_on_if(round(index, memory), done);
    });
    return;
  }
  llvm::Function* one_round = body.callback(name, 2, at, [&](llvm::Function& function) {
    auto* stop = llvm::BasicBlock::Create(ir.getContext(), "stop", &function);
    llvm::IRBuilder<>(stop).CreateRet(builder.word(kStop));
    Place inside{ir.CreateLoad(ir.getPtrTy(), function.getArg(1))};
    llvm::Value* index = builder.opaque(ir.CreatePtrToInt(function.getArg(0), ir.getInt64Ty()));
    // The verifier does not know how far the helper counts.
    go_on_if(ir.CreateICmpULT(index, builder.word(count)), stop);
    go_on_if(round(index, inside), stop);
  });
  Place pointer = body.frame().take(sizeof(std::uint64_t));
  ir.CreateStore(memory.pointer, pointer.pointer);
  builder.call(Helper::kLoop, {builder.word(count), one_round, pointer.pointer, builder.word(0)});
}

}  // namespace sonde::codegen
