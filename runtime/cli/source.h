// The script's text: from -e, a file or standard input, and files written so that nobody sees half
// of one.
#pragma once

#include <string>
#include <string_view>

#include "lexer/base/result.h"
#include "lexer/base/source_map.h"
#include "runtime/cli/arguments.h"

namespace sonde::cli {

// Adds the program to `sources`, under the name that messages use for it.
Result<FileId> read_program(const Arguments& arguments, SourceMap& sources);

// Writes `text` beside `path` and puts it in its place when it is whole.
Result<void> replace_file(const std::string& path, std::string_view text);

}  // namespace sonde::cli
