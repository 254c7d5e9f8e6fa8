// Precedence climbing. Sums, products and shifts go through unsigned integers, where they are
// defined.
#include "parser/c_expression.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "lexer/base/concat.h"
#include "lexer/base/number.h"

namespace sonde::parser {
namespace {

using Word = std::uint64_t;

std::int64_t wrapped(Word word) {
  return static_cast<std::int64_t>(word);
}

// `b` is not 0.
std::int64_t divided(std::int64_t a, std::int64_t b) {
  return b == -1 ? wrapped(0 - Word(a)) : a / b;
}

struct OperatorRow {
  std::string_view text;
  int level;  // the tighter, the higher
  std::int64_t (*apply)(std::int64_t, std::int64_t);
};
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

int digit_value(char c) {
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c - '0';
}

// The value of 'x', with C's escapes; of several characters the last one's.
std::int64_t character(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv", kValues = "\a\b\f\n\r\t\v";
  std::string_view inside = text.size() > 2 ? text.substr(1, text.size() - 2) : "";
  if (inside.empty()) return 0;
  if (inside[0] != '\\' || inside.size() < 2) return static_cast<signed char>(inside.back());
  bool is_hex = inside[1] == 'x';
  bool is_octal = inside[1] >= '0' && inside[1] <= '7';
  if (is_hex || is_octal) {
    Word value = 0;
    for (char c : inside.substr(is_hex ? 2 : 1))
      value = value * (is_hex ? 16 : 8) + static_cast<Word>(digit_value(c));
    return static_cast<signed char>(value);
  }
  std::size_t known = kLetters.find(inside[1]);
  return known == std::string_view::npos ? inside[1] : kValues[known];
}

}  // namespace

// ---- tokens ----

void CExpressionReader::begin(const std::vector<Token>& tokens, Span end) {
  tokens_ = &tokens;
  next_ = 0;
  failed_ = false;
  end_ = {.kind = Token::Kind::kPunctuation, .text = "", .span = end};
}

const ast::CToken& CExpressionReader::peek(std::size_t ahead) const {
  return next_ + ahead < tokens_->size() ? (*tokens_)[next_ + ahead] : end_;
}

bool CExpressionReader::sees(std::string_view text, std::size_t ahead) const {
  const Token& token = peek(ahead);
  bool is_plain = token.kind == Token::Kind::kName || token.kind == Token::Kind::kPunctuation;
  return is_plain && token.text == text;
}

bool CExpressionReader::accept(std::string_view text) {
  if (!sees(text)) return false;
  ++next_;
  return true;
}

void CExpressionReader::expect(std::string_view text) {
  if (accept(text)) return;
  std::string found = at_end() ? "the end" : concat('`', peek().text, '`');
  fail(peek().span, concat("expected `", text, "` before ", found));
}

ast::CToken CExpressionReader::take_token() {
  Token token = peek();
  if (!at_end()) ++next_;
  return token;
}

void CExpressionReader::fail(Span span, std::string message) {
  if (!failed_) report(span, std::move(message));
  failed_ = true;
  next_ = tokens_->size();
}

void CExpressionReader::skip_group() {
  expect("(");
  for (int depth = 1; depth > 0 && !at_end(); ++next_) {
    depth += sees("(") ? 1 : 0;
    depth -= sees(")") ? 1 : 0;
  }
}

// ---- expressions ----

std::int64_t CExpressionReader::constant() {
  Deeper deeper(*this);
  std::int64_t condition = binary(0);
  if (!accept("?")) return condition;
  std::int64_t when_true = constant();
  expect(":");
  std::int64_t when_false = constant();
  return condition ? when_true : when_false;
}

std::int64_t CExpressionReader::binary(int level) {
  std::int64_t left = unary();
  while (true) {
    const OperatorRow* row = std::ranges::find_if(
        kOperators, [this](const OperatorRow& known) { return sees(known.text); });
    if (row == std::end(kOperators) || row->level < level) return left;
    Span span = take_token().span;
    std::int64_t right = binary(row->level + 1);
    bool divides = row->text == "/" || row->text == "%";
    if (divides && right == 0) {
      fail(span, "division by zero");
      return 0;
    }
    left = row->apply(left, right);
  }
}

std::int64_t CExpressionReader::unary() {
  Deeper deeper(*this);
  if (accept("+")) return unary();
  if (accept("-")) return wrapped(0 - Word(unary()));
  if (accept("~")) return ~unary();
  if (accept("!")) return !unary();
  if (auto value = own_operand()) return *value;
  return primary();
}

std::int64_t CExpressionReader::primary() {
  Token token = take_token();
  if (token.kind == Token::Kind::kNumber) {
    NumberReading number = read_number(token.text);
    if (!number.read()) fail(token.span, number.problem);
    return wrapped(number.value);
  }
  if (token.kind == Token::Kind::kCharacter) return character(token.text);
  if (token.kind == Token::Kind::kPunctuation && token.text == "(") {
    std::int64_t value = constant();
    expect(")");
    return value;
  }
  if (token.text.empty())
    fail(token.span, "a constant is missing here");
  else
    fail(token.span, concat('`', token.text, "` is no constant"));
  return 0;
}

}  // namespace sonde::parser
