// The script's own options: words `--name=value` behind a bare `--`, read for the getopt() calls of
// the script (spec/builtins_functions.md §9). A word that no call asks for is an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codegen/image/image.h"
#include "lexer/base/result.h"

namespace sonde::session {

// The bytes that the loader puts in place for each of `options`, in their order.
Result<std::vector<std::string>> read_named_options(const std::vector<image::NamedOption>& options,
                                                    const std::vector<std::string>& words);

// Whether the words ask what there is to set, and no option of the script has that name.
bool asks_for_help(const std::vector<image::NamedOption>& options,
                   const std::vector<std::string>& words);
std::string named_options_help(const std::vector<image::NamedOption>& options);

}  // namespace sonde::session
