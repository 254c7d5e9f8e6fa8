// Writing JSON text: a string literal with the escapes of spec/cli_output.md §6, always valid
// UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace sonde {

// Appends `text` in quotes. Control bytes become \u00xx (\n \r \t in short form); an invalid byte
// becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace sonde
