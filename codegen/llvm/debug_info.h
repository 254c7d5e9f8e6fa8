// Debug information as far as BTF needs it: a function record for each program, and for each
// instruction the line of the script that it was made from. LLVM's BPF back end turns it into .BTF
// and .BTF.ext, from which the verifier quotes the script when it refuses a program.
#pragma once

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/DebugLoc.h>

#include <string>
#include <vector>

#include "codegen/image/image.h"
#include "lexer/base/dense_id.h"
#include "lexer/base/source_map.h"

namespace sonde::codegen {

class DebugLines {
 public:
  DebugLines(llvm::Module& module, const SourceMap& sources, FileId main_file);

  // Gives the function its record, with the names that its arguments have; its declaration stands
  // at `span`.
  void describe(llvm::Function& function, Span span);
  // The same for a function that a helper calls back with its parameters, all as wide as a pointer.
  void describe_callback(llvm::Function& function, Span span);
  // A location inside `function`, which was described.
  llvm::DebugLoc location(const llvm::Function& function, Span span);
  // Describes a map's global in the way in which libbpf has maps defined by BTF, so that a saved
  // object can be loaded by it.
  void describe_map(llvm::GlobalVariable& global, const image::BpfMap& map);
  void finish();

 private:
  llvm::DIFile* file(FileId id);

  llvm::Module& module_;
  const SourceMap& sources_;
  llvm::DIBuilder builder_;
  std::vector<llvm::DIFile*> files_;  // by FileId, null where not yet made
  llvm::DICompileUnit* unit_ = nullptr;
  llvm::DIType *integer_ = nullptr, *word_ = nullptr, *pointer_ = nullptr;
};

}  // namespace sonde::codegen
