// Integer constant expressions: array lengths, widths of bit-fields, values of enum constants. They
// are worked out in 64 bits and wrap; C's narrower types matter to none of those.
#include <algorithm>
#include <iterator>
#include <limits>

#include "lexer/base/concat.h"
#include "lexer/base/number.h"
#include "parser/c_type_parser.h"

namespace sonde::parser {
namespace {

using Word = std::uint64_t;

std::int64_t wrapped(Word word) {
  return static_cast<std::int64_t>(word);
}

std::int64_t divided(std::int64_t a, std::int64_t b) {
  bool overflows = a == std::numeric_limits<std::int64_t>::min() && b == -1;
  return b == 0 ? 0 : overflows ? a : a / b;
}

struct OperatorRow {
  std::string_view text;
  int level;  // the tighter, the higher
  std::int64_t (*apply)(std::int64_t, std::int64_t);
};
constexpr int kLevels = 10;
constexpr OperatorRow kOperators[] = {
    {"||", 0, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a || b; }},
    {"&&", 1, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a && b; }},
    {"|", 2, [](std::int64_t a, std::int64_t b) { return a | b; }},
    {"^", 3, [](std::int64_t a, std::int64_t b) { return a ^ b; }},
    {"&", 4, [](std::int64_t a, std::int64_t b) { return a & b; }},
    {"==", 5, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a == b; }},
    {"!=", 5, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a != b; }},
    {"<", 6, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a < b; }},
    {">", 6, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a > b; }},
    {"<=", 6, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a <= b; }},
    {">=", 6, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a >= b; }},
    {"<<", 7, [](std::int64_t a, std::int64_t b) { return wrapped(Word(a) << (Word(b) & 63)); }},
    {">>", 7, [](std::int64_t a, std::int64_t b) { return a >> (Word(b) & 63); }},
    {"+", 8, [](std::int64_t a, std::int64_t b) { return wrapped(Word(a) + Word(b)); }},
    {"-", 8, [](std::int64_t a, std::int64_t b) { return wrapped(Word(a) - Word(b)); }},
    {"*", 9, [](std::int64_t a, std::int64_t b) { return wrapped(Word(a) * Word(b)); }},
    {"/", 9, divided},
    {"%", 9,
     [](std::int64_t a, std::int64_t b) {
       return wrapped(Word(a) - Word(divided(a, b)) * Word(b));
     }},
};

constexpr std::string_view kTypeWords[] = {
    "struct", "union", "enum",   "unsigned", "signed",   "__signed__",
    "char",   "short", "int",    "long",     "void",     "_Bool",
    "bool",   "float", "double", "const",    "volatile", "__int128"};

// The value of 'x', with C's escapes; of several characters the last one's.
std::int64_t character(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv0", kValues("\a\b\f\n\r\t\v\0", 8);
  std::string_view inside = text.size() > 2 ? text.substr(1, text.size() - 2) : "";
  if (inside.empty()) return 0;
  if (inside[0] != '\\' || inside.size() < 2) return static_cast<signed char>(inside.back());
  bool is_hex = inside[1] == 'x';
  bool is_octal = inside[1] >= '0' && inside[1] <= '7';
  if (is_hex || is_octal) {
    std::int64_t value = 0;
    for (char c : inside.substr(is_hex ? 2 : 1)) {
      int digit = c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
      value = value * (is_hex ? 16 : 8) + digit;
    }
    return static_cast<signed char>(value);
  }
  std::size_t known = kLetters.find(inside[1]);
  return known == std::string_view::npos ? inside[1] : kValues[known];
}

}  // namespace

std::int64_t CTypeParser::ternary() {
  std::int64_t condition = binary(0);
  if (!accept("?")) return condition;
  std::int64_t when_true = ternary();
  expect(":");
  std::int64_t when_false = ternary();
  return condition ? when_true : when_false;
}

std::int64_t CTypeParser::binary(int level) {
  if (level == kLevels) return unary();
  std::int64_t left = binary(level + 1);
  for (;;) {
    const OperatorRow* row = std::ranges::find_if(kOperators, [&](const OperatorRow& each) {
      return each.level == level && sees(each.text);
    });
    if (row == std::end(kOperators)) return left;
    Span span = take_token().span;
    std::int64_t right = binary(level + 1);
    if (right == 0 && (row->text == "/" || row->text == "%")) fail(span, "division by zero");
    left = row->apply(left, right);
  }
}

std::int64_t CTypeParser::unary() {
  Deeper deeper(*this);
  if (accept("+")) return unary();
  if (accept("-")) return wrapped(0 - Word(unary()));
  if (accept("~")) return ~unary();
  if (accept("!")) return !unary();
  if (accept("sizeof")) return size_of();
  return primary();
}

bool CTypeParser::begins_type() const {
  const Token& token = peek();
  if (token.kind != Token::Kind::kName) return false;
  if (std::ranges::find(kTypeWords, token.text) != std::end(kTypeWords)) return true;
  if (definitions_.constants.contains(token.text)) return false;
  return definitions_.typedefs.contains(token.text) || find_c_integer(token.text).has_value();
}

CType CTypeParser::type_name() {
  Span span = peek().span;
  CType base = specifiers().type;
  return completed(declarator(std::move(base)).type, span);
}

std::int64_t CTypeParser::size_of() {
  Span span = peek().span;
  expect("(");
  if (!begins_type()) fail(span, "`sizeof` takes a type here");
  CType type = type_name();
  expect(")");
  return type.size;
}

std::int64_t CTypeParser::primary() {
  Token token = take_token();
  if (token.kind == Token::Kind::kNumber) {
    NumberReading number = read_number(token.text);
    if (!number.read()) fail(token.span, number.problem);
    return wrapped(number.value);
  }
  if (token.kind == Token::Kind::kCharacter) return character(token.text);
  if (token.kind == Token::Kind::kPunctuation && token.text == "(") {
    if (begins_type()) {
      CType type = type_name();
      expect(")");
      std::int64_t value = unary();
      unsigned unused = type.size == 0 || type.size >= 8 ? 0 : 64 - 8 * type.size;
      Word shifted = Word(value) << unused;
      return type.is_signed ? wrapped(shifted) >> unused : wrapped(shifted >> unused);
    }
    std::int64_t value = ternary();
    expect(")");
    return value;
  }
  if (token.kind == Token::Kind::kName) {
    auto own = definitions_.constants.find(token.text);
    if (own != definitions_.constants.end()) return wrapped(own->second.value);
    if (auto known = world_.kernel_constant(token.text)) return wrapped(known->value);
  }
  fail(token.span, concat("`", token.text, "` is no constant"));
  return 0;
}

}  // namespace sonde::parser
