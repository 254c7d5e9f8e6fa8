// The printf format language (spec/builtins_functions.md §3): a format is cut into pieces once, by
// the checker and by the printer alike, so that both agree on which conversion takes which
// argument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stdlib/ids.h"

namespace sonde {

enum class FormatArgument : std::uint8_t {
  kInteger,    // integer, bool, pointer or enum
  kBuffer,     // bytes that buf() read
  kPrintable,  // anything with a default text
};

struct FormatConversionRow {
  std::string_view letter;
  FormatArgument argument;
  std::string_view summary;
};
const FormatConversionRow& format_conversion_row(FormatConversion conversion);

// hh h none l ll j z t L: how many bits of the value count.
enum class FormatLength : std::uint8_t { kNone, kChar, kShort, kLong };

struct FormatPiece {
  bool is_text = true;
  std::string text;  // of a text piece; `%%` is a text piece `%`
  FormatConversion conversion{};
  FormatLength length{};
  std::uint32_t width = 0;
  bool left = false;       // -
  bool plus = false;       // +
  bool alternate = false;  // #
  bool zero = false;       // 0
  std::size_t offset = 0;  // of the conversion's `%` in the format
  std::size_t end = 0;
};

struct ParsedFormat {
  std::vector<FormatPiece> pieces;
  std::string
      unsupported;  // the first conversion that is refused, such as `%f`; empty when all is well
  std::size_t conversion_count() const;
};

ParsedFormat parse_format(std::string_view format);

}  // namespace sonde
