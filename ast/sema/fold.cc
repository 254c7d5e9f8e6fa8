// One function per family of operators. Bit operators work on the 64-bit patterns: unsigned while
// no operand is negative.
#include "ast/sema/fold.h"

#include <limits>

#include "ast/sema/join.h"

namespace sonde::sema {
namespace {

using ast::BinaryOp;

constexpr WideInteger kLowest = std::numeric_limits<std::int64_t>::min();
constexpr WideInteger kHighest = std::numeric_limits<std::uint64_t>::max();
constexpr WideInteger kHighestSigned = std::numeric_limits<std::int64_t>::max();
constexpr const char* kOutOfRange = "unable to fold literals due to overflow or underflow";

Folded of_integer(WideInteger value) {
  Folded folded;
  if (value < kLowest || value > kHighest) {
    folded.problem = kOutOfRange;
  } else {
    folded.value = Literal{.integer = value, .boolean = {}, .text = {}};
  }
  return folded;
}
Folded of_boolean(bool value) {
  return {.value = Literal{.integer = {}, .boolean = value, .text = {}}, .problem = {}};
}
Folded of_text(std::string value) {
  return {.value = Literal{.integer = {}, .boolean = {}, .text = std::move(value)}, .problem = {}};
}
Folded problem(std::string text) {
  return {.value = {}, .problem = std::move(text)};
}

template <typename T>
std::optional<bool> compare(BinaryOp op, const T& left, const T& right) {
  switch (op) {
    case BinaryOp::kEqual:
      return left == right;
    case BinaryOp::kNotEqual:
      return left != right;
    case BinaryOp::kLess:
      return left < right;
    case BinaryOp::kGreater:
      return left > right;
    case BinaryOp::kLessEqual:
      return left <= right;
    case BinaryOp::kGreaterEqual:
      return left >= right;
    default:
      return std::nullopt;
  }
}

Folded fold_bits(BinaryOp op, WideInteger left, WideInteger right) {
  auto l = static_cast<std::uint64_t>(left), r = static_cast<std::uint64_t>(right);
  std::uint64_t bits = op == BinaryOp::kBitAnd ? l & r : op == BinaryOp::kBitOr ? l | r : l ^ r;
  bool is_signed = left < 0 || right < 0;
  return of_integer(is_signed ? WideInteger(static_cast<std::int64_t>(bits)) : WideInteger(bits));
}

Folded fold_shift(BinaryOp op, WideInteger left, WideInteger right) {
  if (right < 0 || right >= 64)
    return problem("a literal is shifted by less than 0 or more than 63");
  auto count = static_cast<int>(right);
  if (op == BinaryOp::kShiftRight) return of_integer(left >> count);
  return of_integer(left * (WideInteger(1) << count));
}

Folded fold_integers(BinaryOp op, WideInteger left, WideInteger right) {
  switch (op) {
    case BinaryOp::kAdd:
      return of_integer(left + right);
    case BinaryOp::kSubtract:
      return of_integer(left - right);
    case BinaryOp::kMultiply: {
      WideInteger product = 0;
      if (__builtin_mul_overflow(left, right, &product)) return problem(kOutOfRange);
      return of_integer(product);
    }
    case BinaryOp::kDivide:
    case BinaryOp::kModulo:
      if (right == 0) return problem("a literal is divided by zero");
      return of_integer(op == BinaryOp::kDivide ? left / right : left % right);
    case BinaryOp::kBitAnd:
    case BinaryOp::kBitOr:
    case BinaryOp::kBitXor:
      return fold_bits(op, left, right);
    case BinaryOp::kShiftLeft:
    case BinaryOp::kShiftRight:
      return fold_shift(op, left, right);
    default:
      return of_boolean(*compare(op, left, right));
  }
}

Folded fold_texts(BinaryOp op, const std::string& left, const std::string& right) {
  if (op == BinaryOp::kAdd) return of_text(left + right);
  if (auto result = compare(op, left, right)) return of_boolean(*result);
  return {};
}

Folded drop_bytes(const std::string& text, WideInteger count) {
  if (count < 0) return {};
  if (count < static_cast<WideInteger>(text.size()))
    return of_text(text.substr(static_cast<std::size_t>(count)));
  Folded folded = of_text({});
  folded.dropped_all = true;
  return folded;
}

}  // namespace

bool Literal::is_true() const {
  if (text) return !text->empty();
  return *number() != 0;
}

std::optional<WideInteger> Literal::number() const {
  if (integer) return integer;
  if (boolean) return *boolean ? 1 : 0;
  return std::nullopt;
}

std::optional<Literal> literal_of(const ExpressionFacts& facts, const TypeTable& types) {
  Literal literal;
  if (const auto* bits = std::get_if<std::uint64_t>(&facts.constant)) {
    bool is_signed = types.at(facts.type).is_signed;
    literal.integer =
        is_signed ? WideInteger(static_cast<std::int64_t>(*bits)) : WideInteger(*bits);
  } else if (const auto* boolean = std::get_if<bool>(&facts.constant)) {
    literal.boolean = *boolean;
  } else if (const auto* text = std::get_if<std::string>(&facts.constant)) {
    literal.text = *text;
  } else {
    return std::nullopt;
  }
  return literal;
}

ExpressionFacts integer_facts(WideInteger value, TypeTable& types) {
  ExpressionFacts facts;
  facts.constant = static_cast<std::uint64_t>(value);
  facts.is_flexible = value >= 0 && value <= kHighestSigned;
  facts.type = value > kHighestSigned
                   ? types.integer(8, false)
                   : types.integer(bytes_for_signed(static_cast<std::int64_t>(value)), true);
  return facts;
}

ExpressionFacts boolean_facts(bool value, TypeTable& types) {
  ExpressionFacts facts;
  facts.type = types.boolean();
  facts.constant = value;
  return facts;
}

ExpressionFacts text_facts(std::string text, TypeTable& types) {
  ExpressionFacts facts;
  facts.type = types.string(static_cast<std::uint32_t>(text.size() + 1));
  facts.constant = std::move(text);
  return facts;
}

Folded fold(BinaryOp op, const Literal& left, const Literal& right) {
  if (op == BinaryOp::kLogicalAnd) return of_boolean(left.is_true() && right.is_true());
  if (op == BinaryOp::kLogicalOr) return of_boolean(left.is_true() || right.is_true());
  if (left.text && right.text) return fold_texts(op, *left.text, *right.text);
  if (op == BinaryOp::kAdd && left.text && right.integer)
    return drop_bytes(*left.text, *right.integer);
  if (op == BinaryOp::kAdd && left.integer && right.text)
    return drop_bytes(*right.text, *left.integer);
  if (left.text || right.text) return {};
  Folded folded = fold_integers(op, *left.number(), *right.number());
  if (left.boolean && right.boolean && folded.value && folded.value->integer)
    return of_boolean(*folded.value->integer != 0);
  return folded;
}

Folded fold_negation(const Literal& operand) {
  if (!operand.number()) return {};
  return of_integer(-*operand.number());
}

ExpressionFacts facts_of(const Literal& literal, TypeTable& types) {
  if (literal.integer) return integer_facts(*literal.integer, types);
  if (literal.boolean) return boolean_facts(*literal.boolean, types);
  return text_facts(*literal.text, types);
}

}  // namespace sonde::sema
