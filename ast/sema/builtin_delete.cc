// CHECK of delete in its spellings: `delete(@m, key)`, `delete(@scalar)`, and the older
// `delete(@m[key])`, also with several elements.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

// `@m[key]` as an argument; its key is checked, its value is not read.
bool check_element(BuiltinUse& use, NodeId node) {
  Checker& checker = use.checker();
  const auto* index = checker.program().get_if<ast::Index>(node);
  NodeId map = checker.map_node_of(node);
  if (!index || !ast::exists(map)) {
    checker.check(node);
    use.report(DiagnosticKind::kArgType, checker.span(node),
               concat('`', use.name(), "` expects a map element here"))
        .note(concat("signature: ", use.row().signature.text));
    return false;
  }
  checker.check_key(map, index->indices, checker.span(node));
  ExpressionFacts facts = checker.of_type(checker.analysis().map_value_type(checker.map_of(map)));
  checker.set_facts(map, facts);
  checker.set_facts(node, facts);
  return true;
}

void check_scalar(BuiltinUse& use, NodeId map) {
  if (use.checker().map_state(map).shape != MapState::Shape::kKeyed) return;
  use.report(DiagnosticKind::kMapShape, use.span(),
             concat('`', use.checker().map_state(map).name, "` has keys, and none is given"))
      .hint(concat("to remove all elements: `", builtin_row(Builtin::kClear).name, '(',
                   use.checker().map_state(map).name, ")`"));
}

}  // namespace

template <>
void check_builtin<Builtin::kDelete>(BuiltinUse& use) {
  Checker& checker = use.checker();
  const ast::NodeList& arguments = use.arguments();
  if (!arguments.empty() && checker.program().is<ast::Index>(arguments.front())) {
    for (NodeId argument : arguments) check_element(use, argument);
    return;
  }
  if (!use.check_place() || !use.check_count()) return;
  NodeId map = arguments.front();
  if (!use.check_argument(0, ParameterKind::kMap)) return;
  if (arguments.size() == 1) return check_scalar(use, map);
  checker.check_key(map, {arguments[1]}, checker.span(arguments[1]));
}

}  // namespace sonde::sema
