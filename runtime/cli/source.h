// The script's text: from -e, a file or standard input, and files written so that nobody sees half
// of one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ast/compose/imports.h"
#include "lexer/base/result.h"
#include "lexer/base/source_map.h"
#include "runtime/cli/arguments.h"

namespace sonde::cli {

// Adds the program to `sources`, under the name that messages use for it.
Result<FileId> read_program(const Arguments& arguments, SourceMap& sources);

// Adds the file at `path`.
Result<FileId> read_file(const std::string& path, SourceMap& sources);

// What stands at a path that a script imports.
ast::ImportCandidate look_at_import(const std::string& path);
// Sorted; empty when the directory cannot be read.
std::vector<std::string> directory_entries(const std::string& path);

// Writes `text` beside `path` and puts it in its place when it is whole.
Result<void> replace_file(const std::string& named, std::string_view text);

}  // namespace sonde::cli
