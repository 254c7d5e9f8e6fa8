// Compilation from typed tree to object code. No LLVM type appears here: the module lives and dies
// inside the Compilation.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ast/sema/typed.h"
#include "codegen/image/image.h"

namespace sonde::codegen {

struct CodegenInput {
  const ast::Program& program;
  const sema::ProbeSet& probes;
  const sema::TypedProgram& typed;
  const sema::Strategies& strategies;
  const sema::CompileOptions& options;
  const SourceMap& sources;
};

// A lowered module with the Manifest that was filled on the way. What the input refers to must
// outlive it: programs that overflow the stack are lowered once more.
class Compilation {
 public:
  Compilation(Compilation&&) noexcept;
  Compilation& operator=(Compilation&&) noexcept;
  ~Compilation();

  std::string module_text() const;  // --emit=llvm before optimize(), --emit=llvm-opt after it
  void optimize();
  std::string assembly_text();  // --emit=asm

  struct Implementation;
  explicit Compilation(std::unique_ptr<Implementation> implementation);

 private:
  friend std::optional<image::ProgramImage> assemble(Compilation);
  std::unique_ptr<Implementation> implementation_;
};

// Emits one function per group and fills the Manifest. `world` answers what the kernel's helpers
// can do.
Compilation lower(const CodegenInput& input, World& world, Diagnostics& diagnostics);

// Object code. None when it cannot be made of a probe; the diagnostics say why.
std::optional<image::ProgramImage> assemble(Compilation compilation);

}  // namespace sonde::codegen
