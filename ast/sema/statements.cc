// Statements: blocks, assignments, declarations, jumps.
#include "ast/sema/calls.h"
#include "ast/sema/checker.h"
#include "ast/sema/features.h"
#include "lexer/base/concat.h"

namespace sonde::sema {

using ast::NodeId;

void Checker::run() {
  const auto& probe = program_.get<ast::Probe>(group().probe);
  if (ast::exists(probe.predicate)) {
    check_value(probe.predicate);
    check_condition(probe.predicate, "the predicate");
  }
  check(probe.body, Use::kDiscarded);
}

ExpressionFacts Checker::check_block(const ast::Block& block, Use use) {
  bool ended = false, warned = false;
  auto note_reached = [&](NodeId statement) {
    if (ended && !warned)
      report(DiagnosticKind::kUnreachable, span(statement), "this statement is never reached");
    warned = warned || ended;
  };
  for (NodeId statement : block.statements) {
    note_reached(statement);
    check_statement(statement);
    ended = ended || ends_flow(statement);
  }
  if (!ast::exists(block.value)) return {};
  note_reached(block.value);
  if (use == Use::kDiscarded) {
    check_discarded(block.value);
    return {};
  }
  ExpressionFacts value = check(block.value);
  if (!block.statements.empty()) value.constant = {};  // they have to run all the same
  return value;
}

// Whether nothing behind the statement is reached: a jump, or a call that leaves the probe.
bool Checker::ends_flow(NodeId statement) const {
  const auto* jump = program_.get_if<ast::Jump>(statement);
  if (jump) return jump->kind == ast::JumpKind::kReturn || is_in_loop();
  const auto* expression = program_.get_if<ast::ExpressionStatement>(statement);
  if (!expression) return false;
  const auto& builtin = typing_.builtin_of[program_.without_parens(expression->expression)];
  return builtin && leaves_probe(builtin->id);
}

void Checker::check_statement(NodeId id) {
  std::string_view feature = unsupported_feature(program_, id);
  if (!feature.empty()) return unsupported(span(id), feature);
  if (const auto* statement = program_.get_if<ast::ExpressionStatement>(id))
    return check_discarded(statement->expression);
  if (const auto* assign = program_.get_if<ast::Assign>(id)) return check_assign(id, *assign);
  if (const auto* let = program_.get_if<ast::Let>(id)) return check_let(id, *let);
  if (const auto* discard = program_.get_if<ast::Discard>(id)) return check_discard(*discard);
  if (const auto* jump = program_.get_if<ast::Jump>(id)) return check_jump(id, *jump);
  if (const auto* loop = program_.get_if<ast::While>(id)) return check_while(id, *loop);
  if (const auto* loop = program_.get_if<ast::Unroll>(id)) return check_unroll(id, *loop);
  if (const auto* loop = program_.get_if<ast::For>(id)) return check_for(id, *loop);
  check_discarded(id);
}

void Checker::check_discarded(NodeId id) {
  const ExpressionFacts& found = check(id, Use::kDiscarded);
  if (kind_of(found) == TypeKind::kNone || is_poison(found)) return;
  NodeId inner = program_.without_parens(id);
  if (const auto* unary = program_.get_if<ast::Unary>(inner)) {
    using enum ast::UnaryOp;
    if (unary->op == kPreIncrement || unary->op == kPreDecrement || unary->op == kPostIncrement ||
        unary->op == kPostDecrement)
      return;
  }
  const auto& builtin = typing_.builtin_of[inner];
  if (builtin && builtin_row(builtin->id).effect != Effect::kPure) return;
  report(DiagnosticKind::kDiscardedValue, span(id), "the value of this expression is discarded")
      .hint("write `_ = …` when that is meant");
}

void Checker::check_assign(NodeId id, const ast::Assign& assign) {
  if (program_.is<ast::Variable>(assign.target)) return assign_variable(id, assign);
  if (ast::exists(map_node_of(assign.target))) return assign_map(id, assign);
  report(DiagnosticKind::kBadAssignmentTarget, span(assign.target), "this cannot be assigned to");
}

void Checker::assign_variable(NodeId id, const ast::Assign& assign) {
  VariableId variable = typing_.variable_of[assign.target];
  if (!assign.op) {
    check_value(assign.value);
    if (variable != VariableId::kNone)
      store_variable(variable, assign.value, joined(assign.value), span(id));
    typing_.expressions[assign.target] = read_variable(assign.target);
    return;
  }
  check(assign.target);
  check_value(assign.value);
  if (variable == VariableId::kNone) return;
  VariableState& state = analysis_.variables[group_][variable];
  state.is_updated = true;
  ExpressionFacts result = binary(*assign.op, assign.target, assign.value, span(id));
  typing_.expressions[id] = result;
  if (state.is_declared) {
    if (types_.is(state.declared, TypeKind::kInteger) && kind_of(result) == TypeKind::kInteger)
      check_conversion(assign.value, state.declared, DiagnosticKind::kTypeMismatch, span(id),
                       concat('`', program_.get<ast::Variable>(assign.target).name, '`'));
    return;
  }
  analysis_.join_into(state.value, joined_of_type(result.type, types_));
}

void Checker::report_unsettling(const std::string& name, const JoinedType& settled,
                                const JoinedType& joined, Span where) {
  report(DiagnosticKind::kSettledType, where,
         concat("this would make `", name, "`, a `", types_.name(type_of(settled, types_)),
                "`, hold a `", types_.name(type_of(joined, types_)), '`'))
      .note("its type has been told to sizeof, typeof, typeinfo or comptime already")
      .hint(concat("give `", name, "` a type that holds both from the start"));
}

void Checker::store_variable(VariableId variable, NodeId value, const JoinedType& joined,
                             Span where) {
  VariableState& state = analysis_.variables[group_][variable];
  const ExpressionFacts& found = facts(value);
  const std::string& name = analysis_.resolved[group_]->variables[variable].name;
  if (!state.is_declared && analysis_.would_unsettle(state.is_settled, state.value, joined)) {
    report_unsettling(name, state.value, joined, where);
    return;
  }
  if (!state.is_declared) analysis_.join_into(state.value, joined);
  analysis_.join_space(state.space, found.space);
  analysis_.join_clock(state.clock, found.clock);
  check_conversion(value, analysis_.variable_type(group_, variable), DiagnosticKind::kTypeMismatch,
                   where, concat('`', name, '`'));
}

void Checker::receive(VariableId variable, const ExpressionFacts& value, Span where) {
  VariableState& state = analysis_.variables[group_][variable];
  if (is_poison(value)) return;
  std::string wanted_by = concat('`', analysis_.resolved[group_]->variables[variable].name, '`');
  bool fits =
      state.is_declared || analysis_.join_into(state.value, joined_of_type(value.type, types_));
  analysis_.join_space(state.space, value.space);
  TypeId type = analysis_.variable_type(group_, variable);
  if (fits && (type == TypeId::kPoison || converts(value.type, type, types_))) return;
  report(DiagnosticKind::kTypeMismatch, where,
         concat('`', type_name(value), "` does not go with ", wanted_by, ", which is `",
                types_.name(type), '`'));
}

void Checker::assign_map(NodeId id, const ast::Assign& assign) {
  NodeId map_node = map_node_of(assign.target);
  if (assign_aggregation(assign)) return;
  if (const auto* index = program_.get_if<ast::Index>(assign.target))
    check_key(map_node, index->indices, span(assign.target));
  MapState& map = map_state(map_node);
  check_value(assign.value);
  if (map.aggregation != Aggregation::kNone) {
    report(DiagnosticKind::kAggregationMix, span(id),
           concat('`', map.name, "` holds an aggregation and receives a plain value here"))
        .also_at(map.first_value_at, "the aggregation is assigned here");
    return;
  }
  if (!map.has_plain_value) map.first_value_at = span(id);
  map.has_plain_value = true;
  assign_plain_value(id, assign, map);
  ExpressionFacts target = of_type(analysis_.map_value_type(map_of(map_node)), map.space);
  typing_.expressions[map_node] = target;
  typing_.expressions[assign.target] = target;
}

// False when the value is no aggregation.
bool Checker::assign_aggregation(const ast::Assign& assign) {
  if (assign.op) return false;
  std::string_view name;
  if (const auto* call = program_.get_if<ast::Call>(assign.value)) name = call->name;
  if (const auto* bare = program_.get_if<ast::Identifier>(assign.value)) name = bare->name;
  auto found = find_builtin(name);
  if (!found || builtin_row(found->id).lowering != Lowering::kAggregation) return false;
  NodeId map_node = map_node_of(assign.target);
  if (const auto* index = program_.get_if<ast::Index>(assign.target))
    check_key(map_node, index->indices, span(assign.target));
  aggregated_map_ = map_of(map_node);
  check(assign.value);
  ExpressionFacts target = of_type(analysis_.map_value_type(map_of(map_node)));
  typing_.expressions[map_node] = target;
  typing_.expressions[assign.target] = target;
  return true;
}

void Checker::assign_plain_value(NodeId id, const ast::Assign& assign, MapState& map) {
  if (assign.op) {
    map.is_updated = true;
    TypeId value = type_of(map.value, types_);
    typing_.expressions[assign.target] = of_type(value, map.space);
    ExpressionFacts result = binary(*assign.op, assign.target, assign.value, span(id));
    typing_.expressions[id] = result;
    if (value != TypeId::kPoison)
      analysis_.join_into(map.value, joined_of_type(result.type, types_));
    return;
  }
  NodeId source = map_node_of(program_.without_parens(assign.value));
  if (ast::exists(source) && map_state(source).aggregation != Aggregation::kNone &&
      !is_poison(facts(assign.value))) {
    report(DiagnosticKind::kTypeMismatch, span(id),
           concat('`', map_state(source).name, "` is an aggregation and cannot be copied to `",
                  map.name, '`'))
        .hint(concat("assign its value: `(int64)", map_state(source).name, "`"));
    return;
  }
  JoinedType value = joined(assign.value);
  if (analysis_.would_unsettle(map.is_settled, map.value, value)) {
    report_unsettling(map.name, map.value, value, span(id));
    return;
  }
  analysis_.join_into(map.value, value);
  analysis_.join_space(map.space, facts(assign.value).space);
  analysis_.join_clock(map.clock, facts(assign.value).clock);
  check_conversion(assign.value, type_of(map.value, types_), DiagnosticKind::kTypeMismatch,
                   span(id), concat('`', map.name, '`'));
}

void Checker::check_let(NodeId id, const ast::Let& let) {
  VariableId variable = typing_.variable_of[let.variable];
  if (ast::exists(let.type) && variable != VariableId::kNone &&
      looks_at_values(program_, let.type)) {
    TypeId type = written_type(let.type);
    VariableState& state = analysis_.variables[group_][variable];
    if (state.declared != type) analysis_.changed = true;
    state.declared = type;
  }
  if (ast::exists(let.value)) {
    check_value(let.value);
    if (variable != VariableId::kNone)
      store_variable(variable, let.value, joined(let.value), span(id));
  }
  typing_.expressions[let.variable] = read_variable(let.variable);
}

void Checker::check_discard(const ast::Discard& discard) {
  check(discard.value);
}

void Checker::check_jump(NodeId id, const ast::Jump& jump) {
  if (jump.kind != ast::JumpKind::kReturn) {
    if (loop_depth_ == 0)
      report(DiagnosticKind::kSyntax, span(id), "this stands outside of a loop");
    return;
  }
  if (!ast::exists(jump.value)) return;
  const ExpressionFacts& found = check_value(jump.value);
  if (is_poison(found) || kind_of(found) == TypeKind::kInteger) return;
  report(DiagnosticKind::kTypeMismatch, span(jump.value),
         concat("a probe returns an integer, and this is `", type_name(found), '`'));
}

}  // namespace sonde::sema
