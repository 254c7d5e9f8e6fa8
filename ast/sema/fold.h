// Folding of constants (spec/language.md §3.9): integers in 128 bits, so that a result outside the
// 64-bit ranges is seen and reported instead of wrapping.
#pragma once

#include <optional>
#include <string>

#include "ast/sema/typed.h"

namespace sonde::sema {

using WideInteger = __int128;

// A constant operand: exactly one of them is set.
struct Literal {
  std::optional<WideInteger> integer;
  std::optional<bool> boolean;
  std::optional<std::string> text;

  bool is_true() const;
  // An integer, or a bool as 0 or 1.
  std::optional<WideInteger> number() const;
};

std::optional<Literal> literal_of(const ExpressionFacts& facts, const TypeTable& types);

// Facts of a literal: the smallest type that holds it, sign-flexible unless it is negative or above
// the signed range.
ExpressionFacts integer_facts(WideInteger value, TypeTable& types);
ExpressionFacts boolean_facts(bool value, TypeTable& types);
ExpressionFacts text_facts(std::string text, TypeTable& types);

struct Folded {
  std::optional<Literal> value;  // none: the operator does not take these literals
  std::string problem;       // overflow, division by zero …: what is wrong; empty when all is well
  bool dropped_all = false;  // a number removed more bytes than the string has
};
Folded fold(ast::BinaryOp op, const Literal& left, const Literal& right);
Folded fold_negation(const Literal& operand);
ExpressionFacts facts_of(const Literal& literal, TypeTable& types);

}  // namespace sonde::sema
