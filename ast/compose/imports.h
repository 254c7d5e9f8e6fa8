// Imports (spec/language.md §17.3): which files a script wants beside itself, in the order in which
// their parts count. Files are looked at through functions, so that this room opens none.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ast/ast.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/result.h"
#include "stdlib/options.h"

namespace sonde::ast {

struct ImportCandidate {
  enum class Kind : std::uint8_t { kMissing, kFile, kDirectory } kind{};
  bool is_open_to_others = false;  // it, or the directory that holds it, can be written by others
  std::string identity;            // the same for every path of one file
};

struct ImportAccess {
  std::function<ImportCandidate(const std::string& path)> look;
  std::function<std::vector<std::string>(const std::string& directory)> entries;  // sorted names
  std::function<Result<FileId>(const std::string& path)> read;
  std::function<Program(FileId)> parse;  // reports what is wrong
};

struct Imported {
  std::vector<Program> programs;  // what is imported before what imports it, the script last
  std::vector<Span> c_code;       // of all of them, in the same order
};

Imported import_files(Program script, const Settings& settings, const ImportAccess& access,
                      const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sonde::ast
