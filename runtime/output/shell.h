// What a script has done outside of itself: files it shows, commands it runs.
#pragma once

#include <cstdint>
#include <string>

#include "lexer/base/result.h"

namespace sonde::output {

// At most `limit` bytes from the start of a file. The message is that of
// spec/builtins_functions.md §2, `cat`.
Result<std::string> read_start_of_file(const std::string& path, std::uint64_t limit);

// Waits for the command and gives what it wrote, standard error included. A status other than 0 is
// an error. The command is asked to end when the tool dies.
Result<std::string> run_in_shell(const std::string& command);

}  // namespace sonde::output
