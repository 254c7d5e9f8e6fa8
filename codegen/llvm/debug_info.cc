// What DIBuilder is told. Source texts go along inside the module, because a script may come from
// -e or standard input and BTF quotes its lines.
#include "codegen/llvm/debug_info.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Module.h>

#include <utility>

namespace sonde::codegen {
namespace {

// enum bpf_map_type of the kernel's include/uapi/linux/bpf.h.
std::uint32_t map_type(image::MapStorage storage) {
  switch (storage) {
    case image::MapStorage::kHash:
      return 1;
    case image::MapStorage::kArray:
      return 2;
    case image::MapStorage::kPerCpuHash:
      return 5;
    case image::MapStorage::kPerCpuArray:
      return 6;
    case image::MapStorage::kLruHash:
      return 9;
    case image::MapStorage::kLruPerCpuHash:
      return 10;
    case image::MapStorage::kRing:
      return 27;
  }
  CHECK(false);
}

}  // namespace

DebugLines::DebugLines(llvm::Module& module, const SourceMap& sources, FileId main_file)
    : module_(module), sources_(sources), builder_(module) {
  module.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  // Without a DWARF version and with this flag LLVM emits no DWARF beside the BTF.
  module.addModuleFlag(llvm::Module::Warning, "CodeView", 1);
  unit_ = builder_.createCompileUnit(llvm::dwarf::DW_LANG_C, file(main_file), "sonde", true, "", 0);
  integer_ = builder_.createBasicType("int", 32, llvm::dwarf::DW_ATE_signed);
  word_ = builder_.createBasicType("long", 64, llvm::dwarf::DW_ATE_signed);
  pointer_ = builder_.createPointerType(nullptr, 64);
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
  auto described = [&](llvm::Type* type) {
    return type->isPointerTy() ? pointer_ : type->isIntegerTy(64) ? word_ : integer_;
  };
  llvm::SmallVector<llvm::Metadata*, 5> signature = {described(function.getReturnType())};
  for (llvm::Argument& argument : function.args())
    signature.push_back(described(argument.getType()));
  llvm::DISubprogram::DISPFlags flags =
      llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagOptimized;
  // The kernel verifies a function with global linkage by itself, for any arguments.
  if (function.hasInternalLinkage()) flags |= llvm::DISubprogram::SPFlagLocalToUnit;
  llvm::DISubprogram* subprogram = builder_.createFunction(
      unit_, function.getName(), function.getName(), file(span.file), line,
      builder_.createSubroutineType(builder_.getOrCreateTypeArray(signature)), line,
      llvm::DINode::FlagPrototyped, flags);
  for (llvm::Argument& argument : function.args())
    builder_.createParameterVariable(subprogram, argument.getName(), argument.getArgNo() + 1,
                                     file(span.file), line, described(argument.getType()), true);
  function.setSubprogram(subprogram);
}

// The kernel takes no callback that is visible outside of its object.
void DebugLines::describe_callback(llvm::Function& function, Span span) {
  unsigned line = sources_.locate(span.file, span.begin).line;
  llvm::DIType* word = builder_.createBasicType("long", 64, llvm::dwarf::DW_ATE_signed);
  llvm::DIType* pointer = builder_.createPointerType(nullptr, 64);
  llvm::SmallVector<llvm::Metadata*, 5> types{word};
  types.append(function.arg_size(), pointer);
  llvm::DISubprogram* subprogram = builder_.createFunction(
      unit_, function.getName(), function.getName(), file(span.file), line,
      builder_.createSubroutineType(builder_.getOrCreateTypeArray(types)), line,
      llvm::DINode::FlagPrototyped,
      llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagOptimized |
          llvm::DISubprogram::SPFlagLocalToUnit);
  for (unsigned i = 0; i < function.arg_size(); ++i)
    builder_.createParameterVariable(subprogram, "argument", i + 1, file(span.file), line, pointer,
                                     true);
  function.setSubprogram(subprogram);
}

llvm::DebugLoc DebugLines::location(const llvm::Function& function, Span span) {
  LineColumn place = sources_.locate(span.file, span.begin);
  llvm::DIScope* scope = function.getSubprogram();
  if (scope->getFile() != file(span.file))
    scope = builder_.createLexicalBlockFile(scope, file(span.file));
  return llvm::DILocation::get(module_.getContext(), place.line, place.column, scope);
}

// struct { int (*type)[TYPE]; int (*key_size)[BYTES]; … } as libbpf's `__uint` spells a number.
void DebugLines::describe_map(llvm::GlobalVariable& global, const image::BpfMap& map) {
  const std::pair<const char*, std::uint32_t> numbers[] = {{"type", map_type(map.storage)},
                                                           {"key_size", map.key_size},
                                                           {"value_size", map.value_size},
                                                           {"max_entries", map.max_entries}};
  constexpr std::uint64_t kPointerBits = 64;
  llvm::DIFile* where = unit_->getFile();
  llvm::SmallVector<llvm::Metadata*, 4> members;
  for (const auto& [name, number] : numbers) {
    llvm::Metadata* range = builder_.getOrCreateSubrange(0, number);
    llvm::DIType* array = builder_.createArrayType(std::uint64_t{number} * 32, 32, integer_,
                                                   builder_.getOrCreateArray({range}));
    members.push_back(builder_.createMemberType(
        unit_, name, where, 0, kPointerBits, kPointerBits, kPointerBits * members.size(),
        llvm::DINode::FlagZero, builder_.createPointerType(array, kPointerBits)));
  }
  llvm::DIType* definition = builder_.createStructType(
      unit_, "", where, 0, kPointerBits * members.size(), kPointerBits, llvm::DINode::FlagZero,
      nullptr, builder_.getOrCreateArray(members));
  global.addDebugInfo(builder_.createGlobalVariableExpression(
      unit_, global.getName(), global.getName(), where, 0, definition, false));
}

void DebugLines::finish() {
  builder_.finalize();
}

}  // namespace sonde::codegen
