// What printf prints: the pieces of a format and the values they take (spec/builtins_functions.md
// §3).
#pragma once

#include <string>
#include <vector>

#include "runtime/events/value.h"
#include "runtime/output/value_text.h"
#include "stdlib/format_specs.h"

namespace sonde::output {

void append_formatted(std::string& out, const ParsedFormat& format,
                      const std::vector<events::Value>& values, const TextStyle& style);

// PRINT: one body per row of format_specs.def, for one conversion and its value.
template <FormatConversion conversion>
void print_conversion(std::string& out, const FormatPiece& piece, const events::Value& value,
                      const TextStyle& style);
#define FORMAT_CONVERSION(id, ...)                                                         \
  template <>                                                                              \
  void print_conversion<FormatConversion::id>(std::string & out, const FormatPiece& piece, \
                                              const events::Value& value, const TextStyle& style);
#include "stdlib/format_specs.def"
#undef FORMAT_CONVERSION

}  // namespace sonde::output
