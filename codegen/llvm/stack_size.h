// How much of the BPF stack a function takes, which is known only when its code is generated. The
// kernel allows 512 bytes for all functions that are active at once, LLVM checks one by one. So
// each function of a program that has several is marked, and Target::emit returns their sizes.
#pragma once

#include <llvm/IR/Function.h>

namespace sonde::codegen {

// The back end reports frames that are larger than this many bytes.
inline void report_stack_size(llvm::Function& function) {
  function.addFnAttr("warn-stack-size", "0");
}

}  // namespace sonde::codegen
