// What a terminal takes for a character is decided by its code point alone, by tables.
#include "lexer/base/columns.h"

#include <algorithm>
#include <cstdint>

namespace sonde {
namespace {

struct Character {
  char32_t code;
  std::size_t bytes;
};

// The first character of `text`, which is not empty; an invalid byte stands for itself.
Character first_character(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t bytes = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : byte(0) >= 0xc0 ? 2 : 1;
  if (bytes == 1 || bytes > text.size()) return {byte(0), 1};
  char32_t code = byte(0) & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {byte(0), 1};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  return {code, bytes};
}

struct Range {
  char32_t first;
  char32_t last;
};
bool is_in_one(char32_t code, const auto& ranges) {
  return std::ranges::any_of(
      ranges, [&](Range range) { return range.first <= code && code <= range.last; });
}

// The blocks of Unicode's EastAsianWidth.txt (W and F) and of its combining marks that occur in
// running text.
constexpr Range kWide[] = {{0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                           {0xf900, 0xfaff},   {0xff01, 0xff60},   {0x1f300, 0x1f64f},
                           {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
constexpr Range kCombining[] = {
    {0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}};

}  // namespace

std::string expand_tabs(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\t')
      out += "    ";
    else
      out += c;
  }
  return out;
}

std::size_t column_count(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    Character character = first_character(text);
    text.remove_prefix(character.bytes);
    if (is_in_one(character.code, kCombining)) continue;
    columns += is_in_one(character.code, kWide) ? 2 : 1;
  }
  return columns;
}

Columns columns_of(std::string_view line, std::size_t begin, std::size_t end) {
  auto columns_before = [&](std::size_t offset) {
    return column_count(expand_tabs(line.substr(0, std::min(offset, line.size()))));
  };
  std::size_t first = columns_before(begin);
  return {first, std::max(columns_before(end), first + 1) - first};
}

}  // namespace sonde
