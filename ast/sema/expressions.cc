// Expressions that are no operators, accesses, casts or calls: literals, variables, maps,
// conditionals, tuples, sizes. Here is also the dispatch by kind of node.
#include <algorithm>

#include "ast/sema/checker.h"
#include "ast/sema/features.h"
#include "ast/sema/fold.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "lexer/base/number.h"

namespace sonde::sema {

using ast::NodeId;

const ExpressionFacts& Checker::check(NodeId id, Use use) {
  ExpressionFacts found = check_node(id, use);
  typing_.expressions[id] = std::move(found);
  return typing_.expressions[id];
}

const ExpressionFacts& Checker::check_part(NodeId id) {
  const ExpressionFacts& found = check(id);
  if (kind_of(found) == TypeKind::kNone) {
    report(DiagnosticKind::kNoValue, span(id), "this has no value, and one is needed here");
    typing_.expressions[id] = poison();
  }
  return typing_.expressions[id];
}

const ExpressionFacts& Checker::check_value(NodeId id) {
  const ExpressionFacts& found = check_part(id);
  if (!is_poison(found) && !analysis_.c_types.complete_all(found.type)) {
    check_complete(found.type, span(id));
    typing_.expressions[id] = poison();
  }
  return typing_.expressions[id];
}

ExpressionFacts Checker::check_node(NodeId id, Use use) {
  std::string_view feature = unsupported_feature(program_, id);
  if (!feature.empty()) {
    unsupported(span(id), feature);
    return poison();
  }
  const ast::Program& p = program_;
  if (const auto* n = p.get_if<ast::IntegerLiteral>(id))
    return integer_facts(static_cast<WideInteger>(n->value), types_);
  if (const auto* n = p.get_if<ast::StringLiteral>(id)) return literal_string(id, n->value);
  if (const auto* n = p.get_if<ast::BoolLiteral>(id)) return boolean_facts(n->value, types_);
  if (const auto* n = p.get_if<ast::PositionalParameter>(id)) return positional(id, *n);
  if (p.is<ast::ParameterCount>(id))
    return integer_facts(static_cast<WideInteger>(analysis_.options.parameters.size()), types_);
  if (p.is<ast::Variable>(id)) return read_variable(id);
  if (p.is<ast::Map>(id)) return read_map(id, id);
  if (const auto* n = p.get_if<ast::Identifier>(id)) return identifier(id, *n);
  if (const auto* n = p.get_if<ast::Paren>(id)) return check(n->expression, use);
  if (const auto* n = p.get_if<ast::Call>(id)) return call(id, *n);
  if (const auto* n = p.get_if<ast::Index>(id)) return index(id, *n);
  if (const auto* n = p.get_if<ast::FieldAccess>(id)) return field_access(id, *n);
  if (const auto* n = p.get_if<ast::TupleAccess>(id)) {
    check_part(n->base);
    return tuple_access(id, n->base, n->index);
  }
  if (const auto* n = p.get_if<ast::Unary>(id)) return unary(id, *n);
  if (const auto* n = p.get_if<ast::Binary>(id)) {
    check_value(n->left);
    check_value(n->right);
    return binary(n->op, n->left, n->right, span(id));
  }
  if (const auto* n = p.get_if<ast::Ternary>(id)) {
    NodeId when_true = ast::exists(n->when_true) ? n->when_true : n->condition;
    return conditional(n->condition, when_true, n->when_false, span(id), use);
  }
  if (const auto* n = p.get_if<ast::Cast>(id)) return cast(id, *n);
  if (const auto* n = p.get_if<ast::Tuple>(id)) return tuple(id, *n);
  if (const auto* n = p.get_if<ast::Record>(id)) return record(id, *n);
  if (const auto* n = p.get_if<ast::SizeOf>(id)) return size_of(*n);
  if (const auto* n = p.get_if<ast::OffsetOf>(id)) return offset_of(id, *n);
  if (const auto* n = p.get_if<ast::Comptime>(id)) return comptime(id, *n);
  if (p.is<ast::TypeInfo>(id)) {
    if (allow_unstable(Option::kUnstableTypeinfo, span(id), "`typeinfo`"))
      unsupported(span(id), "using all of `typeinfo` as one value is");
    return poison();
  }
  if (p.is<ast::TypeOf>(id)) {
    report(DiagnosticKind::kTypeArgument, span(id), "this is a type, and a value is needed here");
    return poison();
  }
  if (const auto* n = p.get_if<ast::Block>(id)) return check_block(*n, use);
  if (const auto* n = p.get_if<ast::If>(id)) return check_if(id, *n, use);
  report(DiagnosticKind::kSyntax, span(id), "this is no expression");
  return poison();
}

Span Checker::place_of(NodeId value) const {
  Span place = span(value);
  const auto* cast = program_.get_if<ast::Cast>(program_.without_parens(value));
  if (!cast) return place;
  place = span(program_.without_parens(value));
  place.end = span(cast->type).end + 1;
  return place;
}

ExpressionFacts Checker::literal_string(NodeId id, const std::string& text) {
  std::uint64_t most = analysis_.options.settings.number(Option::kMaxStrlen);
  // Of an imported file it has been said at the import.
  if (text.size() + 1 > most && span(id).file == program_.file()) {
    report(DiagnosticKind::kStringTooLong, span(id),
           concat("this string has ", text.size(), " bytes, and `max_strlen` allows ",
                  most > 0 ? most - 1 : 0));
    return poison();
  }
  return text_facts(text, types_);
}

ExpressionFacts Checker::positional(NodeId id, const ast::PositionalParameter& parameter) {
  const auto& parameters = analysis_.options.parameters;
  if (parameter.index > parameters.size()) {
    report(DiagnosticKind::kMissingParameter, span(id),
           concat("parameter `$", parameter.index, "` was not given and counts as 0"));
    return integer_facts(0, types_);
  }
  std::string_view text = parameters[parameter.index - 1];
  bool is_negative = text.starts_with('-');
  NumberReading number = read_number(is_negative ? text.substr(1) : text);
  constexpr WideInteger kLowest = WideInteger(1) << 63;
  if (!number.read() || (is_negative && number.value > kLowest))
    return text_facts(std::string(text), types_);
  WideInteger value = static_cast<WideInteger>(number.value);
  return integer_facts(is_negative ? -value : value, types_);
}

std::string Checker::parameter_text(std::uint64_t index) const {
  const auto& parameters = analysis_.options.parameters;
  return index <= parameters.size() ? parameters[index - 1] : std::string();
}

ExpressionFacts Checker::read_variable(NodeId id) {
  VariableId variable = typing_.variable_of[id];
  if (variable == VariableId::kNone) return poison();
  const VariableState& state = analysis_.variables[group_][variable];
  ExpressionFacts result = of_type(analysis_.variable_type(group_, variable), state.space);
  result.clock = state.clock;
  return result;
}

NodeId Checker::map_node_of(NodeId id) const {
  if (const auto* index = program_.get_if<ast::Index>(id)) id = index->base;
  return program_.is<ast::Map>(id) ? id : NodeId::kNone;
}

ExpressionFacts Checker::read_map(NodeId id, NodeId map_node) {
  const MapState& map = map_state(map_node);
  auto wanted = program_.is<ast::Map>(id) ? MapState::Shape::kScalar : MapState::Shape::kKeyed;
  if (map.shape != wanted || map.is_obscure || !map.is_assigned) return poison();
  if (map.aggregation != Aggregation::kNone && !is_castable(map.aggregation)) {
    std::string_view what = map.aggregation == Aggregation::kStats     ? "a set of statistics"
                            : map.aggregation == Aggregation::kTseries ? "a series"
                                                                       : "a histogram";
    report(DiagnosticKind::kOperandType, span(id),
           concat(what, " such as `", map.name, "` has no single value"))
        .hint(concat("print the whole map: `print(", map.name, ")`"));
    return poison();
  }
  bool is_reduced = map.aggregation != Aggregation::kNone;
  if (is_reduced && pass_ == Pass::kReport && !analysis_.world.has(Capability::kLookupPercpu)) {
    report(DiagnosticKind::kMissingFeature, span(id),
           "Missing required kernel feature: map_lookup_percpu_elem")
        .note(concat("reading the aggregation `", map.name, "` inside a probe needs it"))
        .hint(std::string(capability_row(Capability::kLookupPercpu).hint));
  }
  ExpressionFacts result = of_type(analysis_.map_value_type(map_of(map_node)), map.space);
  result.clock = map.clock;
  return result;
}

void Checker::check_condition(NodeId id, std::string_view where) {
  const ExpressionFacts& found = facts(id);
  switch (kind_of(found)) {
    case TypeKind::kPoison:
    case TypeKind::kInteger:
    case TypeKind::kBool:
    case TypeKind::kPointer:
      return;
    case TypeKind::kString:
      if (std::holds_alternative<std::string>(found.constant)) return;
      break;
    default:
      break;
  }
  report(
      DiagnosticKind::kConditionType, span(id),
      concat(where, " is `", type_name(found), "`, and must be an integer, a bool or a pointer"));
}

ExpressionFacts Checker::conditional(NodeId condition, NodeId when_true, NodeId when_false,
                                     Span where, Use use) {
  check_value(condition);
  check_condition(condition, "the condition");
  if (use == Use::kDiscarded) {
    check_discarded(when_true);
    check_discarded(when_false);
    return {};
  }
  ExpressionFacts result = join_arms(when_true, when_false, where, use);
  auto literal = literal_of(facts(condition), types_);
  auto first = literal_of(facts(when_true), types_);
  auto second = literal_of(facts(when_false), types_);
  if (literal && first && second && !is_poison(result))
    return facts(literal->is_true() ? when_true : when_false);
  return result;
}

ExpressionFacts Checker::join_arms(NodeId first, NodeId second, Span where, Use use) {
  ExpressionFacts left = check(first, use);
  ExpressionFacts right = check(second, use);
  if (kind_of(left) == TypeKind::kNone && kind_of(right) == TypeKind::kNone) return {};
  JoinedType both = joined(first);
  bool has_none = kind_of(left) == TypeKind::kNone || kind_of(right) == TypeKind::kNone;
  if (has_none || !join(both, joined(second))) {
    report(DiagnosticKind::kTypeMismatch, where,
           concat("the two arms do not go together: `", type_name(left), "` and `",
                  type_name(right), '`'));
    return poison();
  }
  ExpressionFacts result = of_type(type_of(both, types_), combined_space(left, right));
  result.is_flexible = is_flexible(both);
  return result;
}

ExpressionFacts Checker::check_if(NodeId id, const ast::If& node, Use use) {
  if (node.comptime) return check_comptime_if(node, use);
  check_value(node.condition);
  check_condition(node.condition, "the condition");
  if (use == Use::kValue && ast::exists(node.when_false))
    return join_arms(node.when_true, node.when_false, span(id), use);
  check(node.when_true, Use::kDiscarded);
  if (ast::exists(node.when_false)) check(node.when_false, Use::kDiscarded);
  return {};
}

// A value that holds another several times grows with each assignment; none may exhaust the memory.
ExpressionFacts Checker::compound(TypeId type, NodeId id, AddressSpace space) {
  constexpr std::uint32_t kMostParts = 1024;
  if (types_.part_count(type) <= kMostParts) return of_type(type, space);
  report(DiagnosticKind::kNesting, span(id),
         concat("this value has more than ", kMostParts, " parts"));
  return poison();
}

ExpressionFacts Checker::tuple(NodeId id, const ast::Tuple& tuple) {
  std::vector<TypeId> members;
  bool is_known = true;
  AddressSpace space = AddressSpace::kNone;
  for (NodeId element : tuple.elements) {
    const ExpressionFacts& found = check_value(element);
    is_known = is_known && !is_poison(found);
    members.push_back(found.type);
    if (space == AddressSpace::kNone) space = found.space;
  }
  return is_known ? compound(types_.tuple(members), id, space) : poison();
}

ExpressionFacts Checker::record(NodeId id, const ast::Record& record) {
  std::vector<TypeMember> members;
  bool is_known = true;
  AddressSpace space = AddressSpace::kNone;
  for (const ast::Record::Member& member : record.members) {
    const ExpressionFacts& found = check_value(member.value);
    is_known = is_known && !is_poison(found);
    bool is_new = std::ranges::none_of(
        members, [&](const TypeMember& other) { return other.name == member.name; });
    if (!is_new) {
      report(DiagnosticKind::kDuplicateField, member.name_span,
             concat("the record has a field `", member.name, "` already"));
      is_known = false;
    }
    members.push_back({.name = member.name, .type = found.type});
    if (space == AddressSpace::kNone) space = found.space;
  }
  return is_known ? compound(types_.record(std::move(members)), id, space) : poison();
}

TypeId Checker::looked_at_type(NodeId operand) {
  if (program_.is<ast::TypeName>(operand)) return written_type(operand);
  bool is_question = false;
  ast::walk(program_, operand, [&](NodeId below) {
    VariableId variable = typing_.variable_of[below];
    if (variable != VariableId::kNone)
      is_question = analysis_.variables[group_][variable].is_looked_at = true;
    if (program_.is<ast::Map>(below)) is_question = map_state(below).is_looked_at = true;
    return true;
  });
  if (is_question && !analysis_.answers_questions) return TypeId::kPoison;
  if (program_.is<ast::Map>(operand)) {
    const MapState& map = map_state(operand);
    return map.shape == MapState::Shape::kKeyed ? type_of(map.key, types_)
                                                : analysis_.map_value_type(map_of(operand));
  }
  const ExpressionFacts found = check_part(operand);
  if (kind_of(found) != TypeKind::kNone) return found.type;
  report(DiagnosticKind::kNoValue, span(operand), "this has no value, and one is needed here");
  return TypeId::kPoison;
}

ExpressionFacts Checker::size_of(const ast::SizeOf& size) {
  TypeId type = looked_at_type(size.operand);
  if (type == TypeId::kPoison || !check_complete(type, span(size.operand))) return poison();
  return integer_facts(types_.size(type), types_);
}

JoinedType Checker::joined(NodeId id) {
  id = program_.without_parens(id);
  const ExpressionFacts& found = facts(id);
  if (is_poison(found)) return {};
  if (const auto* value = std::get_if<std::uint64_t>(&found.constant); value && found.is_flexible)
    return joined_of_literal(*value);
  if (const auto* tuple = program_.get_if<ast::Tuple>(id)) {
    std::vector<JoinedType> members;
    for (NodeId element : tuple->elements) members.push_back(joined(element));
    return joined_tuple(std::move(members));
  }
  if (const auto* record = program_.get_if<ast::Record>(id)) {
    std::vector<std::string> names;
    std::vector<JoinedType> members;
    for (const ast::Record::Member& member : record->members) {
      names.push_back(member.name);
      members.push_back(joined(member.value));
    }
    return joined_record(std::move(names), std::move(members));
  }
  if (const auto* ternary = program_.get_if<ast::Ternary>(id); ternary && found.is_flexible) {
    NodeId first = ast::exists(ternary->when_true) ? ternary->when_true : ternary->condition;
    JoinedType both = joined(first);
    join(both, joined(ternary->when_false));
    return both;
  }
  return joined_of_type(found.type, types_);
}

AddressSpace Checker::own_space() const {
  ProbeType type = group().type;
  if (has_fact(type, kInUserSpace)) return AddressSpace::kUser;
  if (has_fact(type, kRunsOnce) || has_fact(type, kTimed) || has_fact(type, kCounted))
    return AddressSpace::kNone;
  return AddressSpace::kKernel;
}

void Checker::unsupported(Span where, std::string_view feature) {
  report(DiagnosticKind::kUnsupportedFeature, where,
         concat(feature, " not supported by this version"));
}

}  // namespace sonde::sema
