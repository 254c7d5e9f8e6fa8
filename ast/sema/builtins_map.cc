// CHECK of the functions that ask a map about its keys: whether it has one, what stands under it,
// how many there are. All but `is_scalar` want a map with keys.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

// A map as the first argument, and with keys.
bool check_keyed_map(BuiltinUse& use) {
  if (!use.check_argument(0, ParameterKind::kMap)) return false;
  MapState& map = use.checker().map_state(use.argument(0));
  if (map.shape == MapState::Shape::kScalar) {
    use.report(DiagnosticKind::kMapShape, use.checker().span(use.argument(0)),
               concat('`', map.name, "` has no keys, and `", use.name(), "` asks about them"))
        .also_at(map.shape_decided_at, "first used without a key here");
    return false;
  }
  map.is_asked_for_keys = true;
  return true;
}

void check_key_argument(BuiltinUse& use) {
  Checker& checker = use.checker();
  checker.check_key(use.argument(0), {use.argument(1)}, checker.span(use.argument(1)));
}

}  // namespace

template <>
void check_builtin<Builtin::kHasKey>(BuiltinUse& use) {
  if (!use.check_place() || !use.check_count() || !check_keyed_map(use)) return;
  check_key_argument(use);
}

template <>
void check_builtin<Builtin::kFind>(BuiltinUse& use) {
  Checker& checker = use.checker();
  if (!use.check_place() || !use.check_count() || !check_keyed_map(use)) return;
  check_key_argument(use);
  NodeId target = use.argument(2);
  if (!checker.program().is<ast::Variable>(target)) {
    checker.check(target);
    use.report(DiagnosticKind::kArgType, checker.span(target),
               concat('`', use.name(), "` argument 3 must be a variable, which gets the value"))
        .note(concat("signature: ", use.row().signature.text));
    return;
  }
  NodeId map = use.argument(0);
  const MapState& state = checker.map_state(map);
  if (has_buckets(state.aggregation) || state.aggregation == Aggregation::kStats) {
    use.report(DiagnosticKind::kOperandType, checker.span(map),
               concat("the elements of `", state.name, "` have no single value to find"))
        .hint(concat("ask whether there is one: `", builtin_row(Builtin::kHasKey).name, "()`"));
    return;
  }
  VariableId variable = checker.typing().variable_of[target];
  if (variable == VariableId::kNone) return;
  ExpressionFacts value =
      checker.of_type(checker.analysis().map_value_type(checker.map_of(map)), state.space);
  checker.receive(variable, value, checker.span(target));
  checker.check(target);
}

template <>
void check_builtin<Builtin::kLen>(BuiltinUse& use) {
  Checker& checker = use.checker();
  if (!use.check_place() || !use.check_count()) return;
  NodeId node = use.argument(0);
  if (checker.program().is<ast::Map>(node)) {
    check_keyed_map(use);
    return;
  }
  const ExpressionFacts& found = checker.check_value(node);
  TypeKind kind = checker.kind_of(found);
  if (kind == TypeKind::kPoison || kind == TypeKind::kKernelStack || kind == TypeKind::kUserStack)
    return;
  if (ast::exists(checker.map_node_of(node)))
    use.wants_map(0);
  else
    use.wrong_argument(0, "a map or a stack");
}

template <>
void check_builtin<Builtin::kIsScalar>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  bool is_scalar = use.checker().map_state(use.argument(0)).shape != MapState::Shape::kKeyed;
  use.give(boolean_facts(is_scalar, use.types()));
}

}  // namespace sonde::sema
