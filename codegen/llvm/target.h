// LLVM's BPF target: one target machine, the passes that run over a module, and what the module
// becomes. What LLVM has to say while it generates code, a stack overflow above all, comes back as
// a result; by itself LLVM would print it and end the process.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "lexer/base/result.h"

namespace llvm {
class LLVMContext;
class Module;
}  // namespace llvm

namespace sonde::codegen {

enum class OutputKind : std::uint8_t { kObject, kAssembly };

struct EmittedCode {
  std::string bytes;
  // The function that needs more than the 512 bytes of the BPF stack: the bytes are of no use.
  std::string overflows_stack{};
  // Bytes of stack by function, of those that have been marked (stack_size.h) and have any.
  std::map<std::string, std::uint32_t> stack_sizes{};
};

class Target {
 public:
  Target();
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  // Data layout and triple, as every module for this target has them.
  void prepare(llvm::Module& module) const;
  void optimize(llvm::Module& module) const;
  // Code generation changes the module: a module is emitted once, or from a copy. As an object only
  // when no jump goes too far (jumps.h): LLVM ends the process over one.
  Result<EmittedCode> emit(llvm::Module& module, OutputKind kind) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace sonde::codegen
