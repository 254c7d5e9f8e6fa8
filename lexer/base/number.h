// Reading the numbers of the language (spec/language.md §2.5): decimal, hex, octal, binary and
// scientific forms, `_` between digits, durations and C suffixes. The same forms are valid in a
// script, in the fields of an attach point, in positional parameters and in configuration texts, so
// this is the one place that knows them. A number has no sign.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

struct NumberReading {
  enum class Outcome : std::uint8_t { kRead, kMalformed, kTooBig } outcome = Outcome::kRead;
  std::uint64_t value = 0;        // a duration is already in nanoseconds
  std::string problem;            // what is wrong, as a message; empty when the number was read
  std::size_t problem_begin = 0;  // where in the text, as a range of bytes
  std::size_t problem_end = 0;

  bool read() const { return outcome == Outcome::kRead; }
};

// `text` is the whole number, its suffix included.
NumberReading read_number(std::string_view text);

}  // namespace sonde
