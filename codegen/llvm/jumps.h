// How far jumps go. An instruction reaches 32,767 others; LLVM ends the process over one that would
// have to go further, so a large module is looked at first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sonde::codegen {

// The function of an assembly text, as the BPF target prints it, with a jump that goes too far.
std::optional<std::string> function_with_long_jump(std::string_view assembly);

}  // namespace sonde::codegen
