// Loops. The body of a `for` becomes a function that the kernel calls round by round, which is what
// limits it: no context of the probe inside, no more functions inside each other than the kernel
// has frames for. `while` and `unroll` are jumps inside the function they stand in.
#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

constexpr int kMostCopies = 100;  // of `unroll`
// The verifier follows 8 functions that call each other, the program itself among them.
constexpr std::uint32_t kMostLoopFunctions = 7;
// BPF_MAX_LOOPS of the kernel's bpf_loop.
constexpr WideInteger kMostRounds = 8 << 20;

}  // namespace

void Checker::check_loop_body(NodeId body) {
  ++loop_depth_;
  check(body, Use::kDiscarded);
  --loop_depth_;
}

void Checker::check_while(NodeId id, const ast::While& loop) {
  bool is_in_macro = span(id).expansion != ExpansionId::kNone;
  if (while_depth_ == 0 && !is_in_macro)
    report(DiagnosticKind::kDeprecated, span(id), "`while` loops are deprecated")
        .hint("write a loop over a range: `for $i : 0..10 { … }`");
  check_value(loop.condition);
  check_condition(loop.condition, "the condition");
  ++while_depth_;
  check_loop_body(loop.body);
  --while_depth_;
}

void Checker::check_unroll(NodeId id, const ast::Unroll& loop) {
  const ExpressionFacts& count = check_value(loop.count);
  auto literal = literal_of(count, types_);
  if (!is_poison(count) && !(literal && literal->integer)) {
    report(DiagnosticKind::kLoopCount, span(id), "the count of `unroll` must be a constant integer")
        .hint("a loop over a range takes any integer: `for $i : 0..$n { … }`");
  } else if (literal && literal->integer &&
             (*literal->integer < 1 || *literal->integer > kMostCopies)) {
    report(DiagnosticKind::kLoopCount, span(id),
           concat("`unroll` makes 1 to ", kMostCopies, " copies, and ",
                  static_cast<std::int64_t>(*literal->integer), " are asked for"))
        .hint("a loop over a range takes any integer: `for $i : 0..$n { … }`");
  }
  check_loop_body(loop.body);
}

void Checker::check_for(NodeId id, const ast::For& loop) {
  JoinedType value;
  AddressSpace space = AddressSpace::kNone;
  if (const auto* range = program_.get_if<ast::Range>(loop.iterable)) {
    value = number_of_range(loop.iterable, *range);
    space = facts(loop.iterable).space;
    require_for_loop(Capability::kLoop, id);
  } else if (program_.is<ast::Map>(loop.iterable)) {
    value = element_of_map(loop.iterable);
    space = map_state(loop.iterable).space;
    require_for_loop(Capability::kForEachMapElem, id);
  } else {
    check(loop.iterable);
    report(DiagnosticKind::kNotIterable, span(loop.iterable), "expected map or range")
        .hint("a range is written `0..5`");
  }
  VariableId variable = typing_.variable_of[loop.variable];
  if (variable != VariableId::kNone) {
    VariableState& state = analysis_.variables[group_][variable];
    analysis_.join_into(state.value, value);
    analysis_.join_space(state.space, space);
  }
  typing_.expressions[loop.variable] = read_variable(loop.variable);
  if (function_depth_ == kMostLoopFunctions)
    report(DiagnosticKind::kNesting, span(id),
           concat("`for` loops stand more than ", kMostLoopFunctions, " deep in each other"))
        .note("the body of each is a function, and the kernel has frames for 8");
  ++function_depth_;
  check_loop_body(loop.body);
  --function_depth_;
}

// What the loop's variable takes; the facts of the range have the type in which it is counted.
JoinedType Checker::number_of_range(NodeId id, const ast::Range& range) {
  JoinedType number;
  bool is_known = true;
  for (NodeId bound : {range.begin, range.end}) {
    const ExpressionFacts& found = check_value(bound);
    if (is_poison(found)) {
      is_known = false;
    } else if (kind_of(found) != TypeKind::kInteger) {
      report(DiagnosticKind::kOperandType, span(bound),
             concat("a range is bounded by integers, and this is `", type_name(found), '`'));
      is_known = false;
    } else {
      join(number, joined(bound));
    }
  }
  if (!is_known) {
    typing_.expressions[id] = poison();
    return {};
  }
  auto begin = literal_of(facts(range.begin), types_), end = literal_of(facts(range.end), types_);
  if (begin && end && *end->integer - *begin->integer > kMostRounds)
    report(DiagnosticKind::kLoopCount, span(id),
           concat("a loop has at most ", static_cast<std::int64_t>(kMostRounds), " rounds"));
  typing_.expressions[id] =
      of_type(type_of(number, types_), combined_space(facts(range.begin), facts(range.end)));
  return number;
}

// The tuple of key and value.
JoinedType Checker::element_of_map(NodeId map_node) {
  const MapState& map = map_state(map_node);
  if (map.shape != MapState::Shape::kKeyed || map.is_obscure || !map.is_assigned) return {};
  TypeId value = analysis_.map_value_type(map_of(map_node));
  typing_.expressions[map_node] = of_type(value, map.space);
  if (map.aggregation == Aggregation::kNone) return joined_tuple({map.key, map.value});
  if (!is_castable(map.aggregation)) {
    report(DiagnosticKind::kNotIterable, span(map_node),
           concat("the elements of `", map.name, "` have no single value to walk over"))
        .hint(concat("print the whole map: `print(", map.name, ")`"));
    return {};
  }
  return joined_tuple({map.key, joined_of_type(value, types_)});
}

void Checker::require_for_loop(Capability capability, NodeId loop) {
  if (pass_ == Pass::kInfer || analysis_.world.has(capability)) return;
  const CapabilityRow& row = capability_row(capability);
  report(DiagnosticKind::kMissingFeature, span(loop),
         concat("Missing required kernel feature: ", row.name))
      .note(analysis_.world.why_not(capability))
      .hint(std::string(row.hint));
}

}  // namespace sonde::sema
