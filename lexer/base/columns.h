// A source line as a terminal shows it: excerpts are printed with tabs expanded, and markers below
// them are placed by the columns that the text takes, not by its bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sonde {

// Every tab becomes four spaces.
std::string expand_tabs(std::string_view text);

// Columns of `text`, which has no tabs: one for a character, two for a wide one (CJK, emoji), none
// for a combining one. Each byte that is no UTF-8 counts as one.
std::size_t column_count(std::string_view text);

// The part [begin, end) of a line, as columns of the expanded line; at least one column wide.
struct Columns {
  std::size_t begin;
  std::size_t width;
};
Columns columns_of(std::string_view line, std::size_t begin, std::size_t end);

}  // namespace sonde
