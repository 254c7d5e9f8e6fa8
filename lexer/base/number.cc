// A number is digits of one base, then perhaps an exponent, then perhaps a suffix. Each step
// consumes its part of the text and fails with the range that it could not take; limits are checked
// last, when the suffix is known.
#include "lexer/base/number.h"

#include <limits>

#include "lexer/base/concat.h"

namespace sonde {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

struct Suffix {
  std::string_view text;  // lower case
  std::uint64_t unit;     // nanoseconds of a duration, else 1
  std::uint64_t limit;    // the largest value that may carry it
  bool is_duration;
};
constexpr Suffix kSuffixes[] = {
    {"", 1, kMax, false},
    {"ns", 1, kMax, true},
    {"us", 1000, kMax, true},
    {"ms", 1000'000, kMax, true},
    {"s", 1000'000'000, kMax, true},
    {"m", 60'000'000'000, kMax, true},
    {"h", 3600'000'000'000, kMax, true},
    {"d", 86400'000'000'000, kMax, true},
    {"u", 1, 0xffffffff, false},
    {"l", 1, kMax / 2, false},
    {"ll", 1, kMax / 2, false},
    {"ul", 1, kMax, false},
    {"lu", 1, kMax, false},
    {"ull", 1, kMax, false},
    {"llu", 1, kMax, false},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

const Suffix* find_suffix(std::string_view text) {
  std::string lowered;
  for (char c : text) lowered += lower(c);
  for (const Suffix& suffix : kSuffixes)
    if (suffix.text == (suffix.is_duration ? text : std::string_view(lowered))) return &suffix;
  return nullptr;
}

unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 99;
}

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

class NumberReader {
 public:
  explicit NumberReader(std::string_view text) : text_(text) {}

  NumberReading read() {
    choose_base();
    if (!read_digits() || !read_exponent() || !read_suffix()) return reading_;
    reading_.value = value_;
    return reading_;
  }

 private:
  void choose_base() {
    char second = text_.size() > 1 ? lower(text_[1]) : '\0';
    if (text_.empty() || text_[0] != '0') return;
    if (second == 'x' || second == 'b') {
      base_ = second == 'x' ? 16 : 2;
      position_ = 2;
    } else if (is_decimal_digit(second) || second == '_') {
      base_ = 8;
    }
  }

  bool read_digits() {
    std::size_t begin = position_;
    for (; position_ < text_.size(); ++position_) {
      char c = text_[position_];
      if (c == '_' && position_ > begin) continue;
      unsigned digit = digit_value(c);
      if (digit >= base_ && !(base_ < 10 && is_decimal_digit(c))) break;
      if (digit >= base_)
        return malformed(
            position_, position_ + 1,
            concat("`", c, "` is no digit of ", base_ == 8 ? "an octal" : "a binary", " number"));
      append_digit(base_, digit);
    }
    if (position_ == begin) return malformed(0, text_.size(), "a number needs digits");
    if (text_[position_ - 1] == '_')
      return malformed(position_ - 1, position_, "a number may not end in `_`");
    digits_end_ = position_;
    return true;
  }

  // `3e6`: one digit from 1 to 9, then an exponent that begins with one.
  bool read_exponent() {
    if (base_ != 10 || position_ >= text_.size() || lower(text_[position_]) != 'e') return true;
    std::size_t begin = position_ + 1;
    std::size_t end = begin;
    while (end < text_.size() && is_decimal_digit(text_[end])) ++end;
    if (end == begin) return true;
    if (digits_end_ != 1 || text_[0] == '0')
      return malformed(0, digits_end_, "the part before `e` must be one digit from 1 to 9");
    if (text_[begin] == '0') return malformed(begin, end, "an exponent may not begin with 0");
    std::uint64_t exponent = 0;
    for (std::size_t i = begin; i < end && exponent < 100; ++i)
      exponent = exponent * 10 + digit_value(text_[i]);
    for (std::uint64_t i = 0; i < exponent && !overflow_; ++i) append_digit(10, 0);
    position_ = end;
    return true;
  }

  bool read_suffix() {
    std::string_view rest = text_.substr(position_);
    const Suffix* suffix = find_suffix(rest);
    bool fits_base = suffix && (!suffix->is_duration || base_ == 10);
    if (!fits_base)
      return malformed(position_, text_.size(), concat("unknown suffix `", rest, "` on a number"));
    if (overflow_ || value_ > suffix->limit) return too_big(suffix->limit);
    if (value_ > kMax / suffix->unit)
      return fail(NumberReading::Outcome::kTooBig, 0, text_.size(),
                  concat("`", text_, "` is more than ", kMax, " nanoseconds"));
    value_ *= suffix->unit;
    return true;
  }

  void append_digit(unsigned base, unsigned digit) {
    if (value_ > (kMax - digit) / base) overflow_ = true;
    value_ = value_ * base + digit;
  }

  bool too_big(std::uint64_t limit) {
    return fail(NumberReading::Outcome::kTooBig, 0, text_.size(),
                concat("`", text_, "` is more than the maximum, ", limit));
  }
  bool malformed(std::size_t begin, std::size_t end, std::string problem) {
    return fail(NumberReading::Outcome::kMalformed, begin, end, std::move(problem));
  }
  bool fail(NumberReading::Outcome outcome, std::size_t begin, std::size_t end,
            std::string problem) {
    reading_ = {.outcome = outcome,
                .value = 0,
                .problem = std::move(problem),
                .problem_begin = begin,
                .problem_end = end};
    return false;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t digits_end_ = 0;
  unsigned base_ = 10;
  std::uint64_t value_ = 0;
  bool overflow_ = false;
  NumberReading reading_;
};

}  // namespace

NumberReading read_number(std::string_view text) {
  return NumberReader(text).read();
}

}  // namespace sonde
