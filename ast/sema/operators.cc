// Operators (spec/language.md §4, §6.2). Literals are folded first; then the kinds of the operands
// decide which family of rules applies.
#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::BinaryOp;

bool is_logical(BinaryOp op) {
  return op == BinaryOp::kLogicalAnd || op == BinaryOp::kLogicalOr;
}
bool is_comparison(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEqual:
    case BinaryOp::kNotEqual:
    case BinaryOp::kLess:
    case BinaryOp::kGreater:
    case BinaryOp::kLessEqual:
    case BinaryOp::kGreaterEqual:
      return true;
    default:
      return false;
  }
}
bool is_equality(BinaryOp op) {
  return op == BinaryOp::kEqual || op == BinaryOp::kNotEqual;
}
bool is_shift(BinaryOp op) {
  return op == BinaryOp::kShiftLeft || op == BinaryOp::kShiftRight;
}
bool is_number(TypeKind kind) {
  return kind == TypeKind::kInteger || kind == TypeKind::kBool;
}

// Whether two values of this kind can be equal by themselves; compound ones are by their members.
bool is_comparable(TypeKind kind) {
  switch (kind) {
    case TypeKind::kString:
    case TypeKind::kPointer:
    case TypeKind::kBuffer:
    case TypeKind::kInet:
    case TypeKind::kMacAddress:
    case TypeKind::kUserName:
    case TypeKind::kKernelSymbol:
    case TypeKind::kUserSymbol:
    case TypeKind::kTimestamp:
    case TypeKind::kCgroupPath:
      return true;
    default:
      return is_number(kind);
  }
}

enum class Sign : std::uint8_t { kEither, kSigned, kUnsigned };

Sign sign_of(const ExpressionFacts& facts, const TypeTable& types) {
  if (facts.is_flexible || types.is(facts.type, TypeKind::kBool)) return Sign::kEither;
  return types.at(facts.type).is_signed ? Sign::kSigned : Sign::kUnsigned;
}

}  // namespace

// The operands have been checked. Of a compound assignment `left` is the target.
ExpressionFacts Checker::binary(BinaryOp op, ast::NodeId left, ast::NodeId right, Span where) {
  const ExpressionFacts &l = facts(left), &r = facts(right);
  bool gives_bool = is_logical(op) || is_comparison(op);
  if (is_poison(l) || is_poison(r)) return gives_bool ? of_type(types_.boolean()) : poison();
  if (literal_of(l, types_) && literal_of(r, types_)) return folded(op, left, right, where);
  if (is_logical(op)) return logical(op, left, right);
  TypeKind left_kind = kind_of(l), right_kind = kind_of(r);
  if (left_kind == TypeKind::kBool && right_kind == TypeKind::kBool)
    return of_type(types_.boolean());
  if (is_number(left_kind) && is_number(right_kind)) return arithmetic(op, left, right);
  if (left_kind == TypeKind::kPointer || right_kind == TypeKind::kPointer)
    return pointer_operation(op, left, right, where);
  if (is_equality(op) && comparable(l.type, r.type)) return of_type(types_.boolean());
  return operand_mismatch(op, left, right, where);
}

ExpressionFacts Checker::folded(BinaryOp op, ast::NodeId left, ast::NodeId right, Span where) {
  Folded result = fold(op, *literal_of(facts(left), types_), *literal_of(facts(right), types_));
  if (!result.problem.empty()) {
    report(DiagnosticKind::kFoldOverflow, where, result.problem);
    return poison();
  }
  if (!result.value) return operand_mismatch(op, left, right, where);
  if (result.dropped_all)
    report(DiagnosticKind::kDroppedBytes, where, "this drops more bytes than the string has");
  return facts_of(*result.value, types_);
}

ExpressionFacts Checker::logical(BinaryOp op, ast::NodeId left, ast::NodeId right) {
  std::string side = concat("of `", ast::spelling(op), '`');
  check_condition(left, concat("the left side ", side));
  check_condition(right, concat("the right side ", side));
  return of_type(types_.boolean());
}

ExpressionFacts Checker::arithmetic(BinaryOp op, ast::NodeId left, ast::NodeId right) {
  const ExpressionFacts &l = facts(left), &r = facts(right);
  Sign left_sign = sign_of(l, types_), right_sign = sign_of(r, types_);
  if (left_sign == Sign::kEither) left_sign = right_sign;
  if (right_sign == Sign::kEither) right_sign = left_sign;
  bool left_signed = left_sign != Sign::kUnsigned, right_signed = right_sign != Sign::kUnsigned;
  ExpressionFacts result;
  result.space = combined_space(l, r);
  if (is_shift(op)) {
    result.type = types_.integer(8, left_signed);
    result.compares_signed = left_signed;
    return result;
  }
  bool is_signed = left_signed || right_signed;
  bool subtracts = op == BinaryOp::kSubtract;
  if (subtracts || right_signed) warn_taken_as_signed(left);
  if (subtracts || left_signed) warn_taken_as_signed(right);
  result.compares_signed = is_signed;
  if (is_comparison(op)) {
    result.type = types_.boolean();
    result.space = AddressSpace::kNone;
  } else {
    result.type = types_.integer(8, is_signed || subtracts);
    // A time moved by a span is a time of the same clock.
    bool moves = op == BinaryOp::kAdd || (subtracts && r.clock != Clock::kTai);
    if (moves && (l.clock == Clock::kTai || r.clock == Clock::kTai)) result.clock = Clock::kTai;
  }
  return result;
}

void Checker::warn_taken_as_signed(ast::NodeId operand) {
  const ExpressionFacts& found = facts(operand);
  if (kind_of(found) != TypeKind::kInteger || found.is_flexible) return;
  if (!std::holds_alternative<std::monostate>(found.constant)) return;
  const Type& type = types_.at(found.type);
  if (type.size < 8 || type.is_signed) return;
  report(DiagnosticKind::kSignMismatch, place_of(operand),
         "this `uint64` is taken as `int64`, because the other side or the operator is signed")
      .hint("a cast to int64 says so");
}

ExpressionFacts Checker::pointer_operation(BinaryOp op, ast::NodeId left, ast::NodeId right,
                                           Span where) {
  const ExpressionFacts &l = facts(left), &r = facts(right);
  TypeKind left_kind = kind_of(l), right_kind = kind_of(r);
  bool both = left_kind == right_kind;
  if (is_comparison(op) && (both || is_number(left_kind) || is_number(right_kind))) {
    if (both && l.type != r.type)
      report(DiagnosticKind::kPointerMismatch, where,
             concat("pointers to different types are compared: `", type_name(l), "` and `",
                    type_name(r), '`'));
    bool two_spaces =
        l.space != r.space && l.space != AddressSpace::kNone && r.space != AddressSpace::kNone;
    if (both && two_spaces)
      report(DiagnosticKind::kPointerMismatch, where,
             "a pointer to kernel memory and one to user memory are compared");
    return of_type(types_.boolean());
  }
  bool adds = op == BinaryOp::kAdd, subtracts = op == BinaryOp::kSubtract;
  // Steps are as long as what is pointed to.
  TypeId pointer = left_kind == TypeKind::kPointer ? l.type : r.type;
  if ((adds || subtracts) && !check_complete(types_.at(pointer).element, where)) return poison();
  if (left_kind == TypeKind::kPointer && right_kind == TypeKind::kInteger && (adds || subtracts))
    return of_type(l.type, combined_space(l, r));
  if (right_kind == TypeKind::kPointer && left_kind == TypeKind::kInteger && adds)
    return of_type(r.type, combined_space(l, r));
  return operand_mismatch(op, left, right, where);
}

AddressSpace Checker::combined_space(const ExpressionFacts& left,
                                     const ExpressionFacts& right) const {
  if (left.space == AddressSpace::kNone) return right.space;
  if (right.space == AddressSpace::kNone || right.space == left.space) return left.space;
  return AddressSpace::kNone;
}

bool Checker::comparable(TypeId left, TypeId right) const {
  const Type &l = types_.at(left), &r = types_.at(right);
  if (l.kind != r.kind) return is_number(l.kind) && is_number(r.kind);
  if (l.kind == TypeKind::kArray)
    return l.size == r.size && l.element == r.element && is_number(types_.kind(l.element));
  if (l.kind == TypeKind::kKernelStack || l.kind == TypeKind::kUserStack) return left == right;
  if (l.kind != TypeKind::kTuple && l.kind != TypeKind::kRecord) return is_comparable(l.kind);
  if (l.members.size() != r.members.size()) return false;
  for (std::size_t i = 0; i < l.members.size(); ++i) {
    const TypeMember* other = l.kind == TypeKind::kTuple ? &r.members[i] : nullptr;
    for (const TypeMember& member : r.members)
      if (l.kind == TypeKind::kRecord && member.name == l.members[i].name) other = &member;
    if (!other || !comparable(l.members[i].type, other->type)) return false;
  }
  return true;
}

ExpressionFacts Checker::operand_mismatch(BinaryOp op, ast::NodeId left, ast::NodeId right,
                                          Span where) {
  const ExpressionFacts &l = facts(left), &r = facts(right);
  auto found = report(DiagnosticKind::kOperandType, where,
                      concat('`', ast::spelling(op), "` does not take `", type_name(l), "` and `",
                             type_name(r), '`'));
  bool strings = kind_of(l) == TypeKind::kString && kind_of(r) == TypeKind::kString;
  if (strings && op == BinaryOp::kAdd) found.note("`+` joins string literals alone");
  return is_comparison(op) ? of_type(types_.boolean()) : poison();
}

ExpressionFacts Checker::unary(ast::NodeId id, const ast::Unary& node) {
  using enum ast::UnaryOp;
  switch (node.op) {
    case kDereference:
      return dereference(id, node.operand);
    case kPreIncrement:
    case kPreDecrement:
    case kPostIncrement:
    case kPostDecrement:
      return increment(id, node);
    case kAddressOf: {
      const ExpressionFacts& variable = check_value(node.operand);
      if (is_poison(variable)) return poison();
      return of_type(types_.pointer_to(variable.type), AddressSpace::kKernel);
    }
    case kNot:
    case kBitNot:
    case kNegate:
      break;
  }
  const ExpressionFacts& operand = check_value(node.operand);
  auto literal = literal_of(operand, types_);
  if (node.op == kNot) {
    check_condition(node.operand, "the operand of `!`");
    return literal ? boolean_facts(!literal->is_true(), types_) : of_type(types_.boolean());
  }
  if (is_poison(operand)) return poison();
  if (!is_number(kind_of(operand))) {
    report(DiagnosticKind::kOperandType, span(id),
           concat('`', ast::spelling(node.op), "` does not take `", type_name(operand), '`'));
    return poison();
  }
  bool is_signed = sign_of(operand, types_) == Sign::kSigned;
  if (node.op == kBitNot) {
    if (literal)
      return integer_facts(
          static_cast<WideInteger>(~static_cast<std::uint64_t>(*literal->number())), types_);
    return of_type(types_.integer(8, is_signed), operand.space);
  }
  if (!literal) return of_type(types_.integer(8, is_signed || operand.is_flexible), operand.space);
  Folded negated = fold_negation(*literal);
  if (negated.value) return facts_of(*negated.value, types_);
  report(DiagnosticKind::kFoldOverflow, span(id), negated.problem);
  return poison();
}

// The type that a target of ++ or -- grows to.
JoinedType Checker::incremented(const ExpressionFacts& target, bool up) {
  if (kind_of(target) == TypeKind::kPointer) return joined_of_type(target.type, types_);
  bool is_signed = !up || types_.at(target.type).is_signed;
  return joined_of_type(types_.integer(8, is_signed), types_);
}

ExpressionFacts Checker::increment(ast::NodeId id, const ast::Unary& node) {
  bool up = node.op == ast::UnaryOp::kPreIncrement || node.op == ast::UnaryOp::kPostIncrement;
  ast::NodeId target = program_.without_parens(node.operand);
  ast::NodeId map_node = map_node_of(target);
  bool is_variable = program_.is<ast::Variable>(target);
  if (!is_variable && !ast::exists(map_node)) {
    report(DiagnosticKind::kBadAssignmentTarget, span(id),
           concat('`', ast::spelling(node.op), "` takes a variable, a map or a map element"));
    return poison();
  }
  if (ast::exists(map_node) && map_state(map_node).aggregation != Aggregation::kNone) {
    report(
        DiagnosticKind::kAggregationMix, span(id),
        concat('`', map_state(map_node).name, "` holds an aggregation and cannot be counted up"));
    return poison();
  }
  if (ast::exists(map_node) && !map_state(map_node).has_plain_value) {
    map_state(map_node).has_plain_value = true;
    map_state(map_node).first_value_at = span(id);
  }
  ExpressionFacts current = check(node.operand);
  JoinedType* joined = nullptr;
  if (ast::exists(map_node)) {
    map_state(map_node).is_updated = true;
    joined = &map_state(map_node).value;
  } else if (typing_.variable_of[target] != VariableId::kNone) {
    VariableState& state = analysis_.variables[group_][typing_.variable_of[target]];
    state.is_updated = true;
    if (!state.is_declared) joined = &state.value;
  }
  if (is_poison(current)) return poison();
  TypeKind kind = kind_of(current);
  if (kind != TypeKind::kInteger && kind != TypeKind::kPointer) {
    report(DiagnosticKind::kOperandType, span(id),
           concat('`', ast::spelling(node.op), "` does not take `", type_name(current), '`'));
    return poison();
  }
  if (kind == TypeKind::kPointer && !check_complete(types_.at(current.type).element, span(id)))
    return poison();
  if (joined) analysis_.join_into(*joined, incremented(current, up));
  return of_type(current.type, current.space);
}

}  // namespace sonde::sema
