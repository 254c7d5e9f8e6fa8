// What DIBuilder is told. Source texts go along inside the module, because a script may come from
// -e or standard input and BTF quotes its lines.
#include "codegen/llvm/debug_info.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Module.h>

namespace sonde::codegen {

DebugLines::DebugLines(llvm::Module& module, const SourceMap& sources, FileId main_file)
    : module_(module), sources_(sources), builder_(module) {
  module.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  // Without a DWARF version and with this flag LLVM emits no DWARF beside the BTF.
  module.addModuleFlag(llvm::Module::Warning, "CodeView", 1);
  unit_ = builder_.createCompileUnit(llvm::dwarf::DW_LANG_C, file(main_file), "sonde", true, "", 0);
  integer_ = builder_.createBasicType("int", 32, llvm::dwarf::DW_ATE_signed);
  llvm::DIType* context = builder_.createPointerType(nullptr, 64);
  signature_ = builder_.createSubroutineType(builder_.getOrCreateTypeArray({integer_, context}));
}

llvm::DIFile* DebugLines::file(FileId id) {
  if (to_index(id) >= files_.size()) files_.resize(to_index(id) + 1);
  llvm::DIFile*& made = files_[to_index(id)];
  if (!made)
    made = builder_.createFile(llvm::StringRef(sources_.name(id)), "", std::nullopt,
                               llvm::StringRef(sources_.text(id)));
  return made;
}

void DebugLines::describe(llvm::Function& function, Span span) {
  unsigned line = sources_.locate(span.file, span.begin).line;
  llvm::DISubprogram* subprogram = builder_.createFunction(
      unit_, function.getName(), function.getName(), file(span.file), line, signature_, line,
      llvm::DINode::FlagPrototyped,
      llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagOptimized);
  builder_.createParameterVariable(subprogram, "context", 1, file(span.file), line,
                                   builder_.createPointerType(nullptr, 64), true);
  function.setSubprogram(subprogram);
}

llvm::DebugLoc DebugLines::location(const llvm::Function& function, Span span) {
  LineColumn place = sources_.locate(span.file, span.begin);
  llvm::DIScope* scope = function.getSubprogram();
  if (scope->getFile() != file(span.file))
    scope = builder_.createLexicalBlockFile(scope, file(span.file));
  return llvm::DILocation::get(module_.getContext(), place.line, place.column, scope);
}

void DebugLines::finish() {
  builder_.finalize();
}

}  // namespace sonde::codegen
