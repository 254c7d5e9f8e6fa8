// Cutting a format into pieces. Flags come in the fixed order - + space # 0; whatever begins no
// conversion is plain text.
#include "stdlib/format_specs.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

using enum FormatArgument;
constexpr FormatConversionRow kRows[] = {
#define FORMAT_CONVERSION(id, letter, argument, summary) {letter, argument, summary},
#include "stdlib/format_specs.def"
#undef FORMAT_CONVERSION
};

// C conversions that the language refuses; all other letters are plain text.
constexpr std::string_view kRefused = "feganFEGA";

class FormatParser {
 public:
  explicit FormatParser(std::string_view format) : format_(format) {}

  ParsedFormat parse() {
    while (position_ < format_.size()) {
      if (format_[position_] == '%' && parse_conversion()) continue;
      add_text(format_.substr(position_++, 1));
    }
    return std::move(parsed_);
  }

 private:
  void add_text(std::string_view text) {
    if (parsed_.pieces.empty() || !parsed_.pieces.back().is_text) parsed_.pieces.emplace_back();
    parsed_.pieces.back().text += text;
  }
  char peek() const { return position_ < format_.size() ? format_[position_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++position_;
    return true;
  }
  std::uint32_t take_number() {
    std::uint64_t number = 0;
    while (peek() >= '0' && peek() <= '9')
      number = std::min<std::uint64_t>(number * 10 + (format_[position_++] - '0'), 1u << 20);
    return static_cast<std::uint32_t>(number);
  }
  FormatLength take_length() {
    if (take('h')) return take('h') ? FormatLength::kChar : FormatLength::kShort;
    if (take('l')) {
      take('l');
      return FormatLength::kLong;
    }
    if (take('j') || take('z') || take('t')) return FormatLength::kLong;
    take('L');
    return FormatLength::kNone;
  }
  std::optional<FormatConversion> take_letter() {
    for (std::size_t i = 0; i < std::size(kRows); ++i) {
      if (!format_.substr(position_).starts_with(kRows[i].letter)) continue;
      position_ += kRows[i].letter.size();
      return static_cast<FormatConversion>(i);
    }
    return std::nullopt;
  }

  // At a `%`. Leaves the position unchanged and returns false when no conversion stands here.
  bool parse_conversion() {
    std::size_t start = position_++;
    if (take('%')) {
      add_text("%");
      return true;
    }
    FormatPiece piece;
    piece.is_text = false;
    piece.offset = start;
    piece.left = take('-');
    piece.plus = take('+');
    take(' ');
    piece.alternate = take('#');
    piece.zero = take('0');
    if (!take('*')) piece.width = take_number();
    if (take('.') && !take('*')) take_number();
    piece.length = take_length();
    if (auto conversion = take_letter()) {
      piece.conversion = *conversion;
      piece.end = position_;
      parsed_.pieces.push_back(std::move(piece));
      return true;
    }
    if (peek() != '\0' && kRefused.find(peek()) != std::string_view::npos) {
      if (parsed_.unsupported.empty())
        parsed_.unsupported = std::string(format_.substr(start, position_ + 1 - start));
    }
    position_ = start;
    return false;
  }

  std::string_view format_;
  std::size_t position_ = 0;
  ParsedFormat parsed_;
};

}  // namespace

const FormatConversionRow& format_conversion_row(FormatConversion conversion) {
  CHECK(to_index(conversion) < std::size(kRows));
  return kRows[to_index(conversion)];
}

std::size_t ParsedFormat::conversion_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(pieces, [](const FormatPiece& piece) { return !piece.is_text; }));
}

ParsedFormat parse_format(std::string_view format) {
  return FormatParser(format).parse();
}

}  // namespace sonde
