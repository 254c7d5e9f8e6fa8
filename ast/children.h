// The children of every kind of node, once for reading them and for putting others in their place:
// each_child(node, f) calls f(NodeId&) in written order, for absent ones too. There is no generic
// overload, so a new kind of node without one does not compile.
#pragma once

#include <concepts>
#include <type_traits>
#include <variant>

#include "ast/nodes.h"

namespace sonde::ast {

template <typename T, typename Node>
concept Like = std::same_as<std::remove_const_t<T>, Node>;

template <typename T>
concept WithoutChildren =
    Like<T, std::monostate> || Like<T, IntegerLiteral> || Like<T, StringLiteral> ||
    Like<T, BoolLiteral> || Like<T, PositionalParameter> || Like<T, ParameterCount> ||
    Like<T, Variable> || Like<T, Map> || Like<T, Identifier> || Like<T, ImportStatement> ||
    Like<T, AttachPoint> || Like<T, MapDeclaration> || Like<T, Config> || Like<T, Import> ||
    Like<T, CDefinition>;

template <typename T>
concept WithOneOperand = Like<T, Unary> || Like<T, SizeOf> || Like<T, OffsetOf> ||
                         Like<T, TypeInfo> || Like<T, TypeOf> || Like<T, Comptime>;

void each_child(WithoutChildren auto&, auto&&) {}
void each_child(WithOneOperand auto& node, auto&& f) {
  f(node.operand);
}
void each_child(Like<Paren> auto& node, auto&& f) {
  f(node.expression);
}
void each_child(Like<Call> auto& node, auto&& f) {
  for (auto& argument : node.arguments) f(argument);
}
void each_child(Like<Index> auto& node, auto&& f) {
  f(node.base);
  for (auto& index : node.indices) f(index);
}
void each_child(Like<FieldAccess> auto& node, auto&& f) {
  f(node.base);
}
void each_child(Like<TupleAccess> auto& node, auto&& f) {
  f(node.base);
}
void each_child(Like<Binary> auto& node, auto&& f) {
  f(node.left);
  f(node.right);
}
void each_child(Like<Ternary> auto& node, auto&& f) {
  f(node.condition);
  f(node.when_true);
  f(node.when_false);
}
void each_child(Like<Cast> auto& node, auto&& f) {
  f(node.type);
  f(node.operand);
}
void each_child(Like<Tuple> auto& node, auto&& f) {
  for (auto& element : node.elements) f(element);
}
void each_child(Like<Record> auto& node, auto&& f) {
  for (auto& member : node.members) f(member.value);
}
void each_child(Like<Range> auto& node, auto&& f) {
  f(node.begin);
  f(node.end);
}
void each_child(Like<Block> auto& node, auto&& f) {
  for (auto& statement : node.statements) f(statement);
  f(node.value);
}
void each_child(Like<If> auto& node, auto&& f) {
  f(node.condition);
  f(node.when_true);
  f(node.when_false);
}
void each_child(Like<ExpressionStatement> auto& node, auto&& f) {
  f(node.expression);
}
void each_child(Like<Assign> auto& node, auto&& f) {
  f(node.target);
  f(node.value);
}
void each_child(Like<Let> auto& node, auto&& f) {
  f(node.variable);
  f(node.type);
  f(node.value);
}
void each_child(Like<Discard> auto& node, auto&& f) {
  f(node.value);
}
void each_child(Like<Jump> auto& node, auto&& f) {
  f(node.value);
}
void each_child(Like<While> auto& node, auto&& f) {
  f(node.condition);
  f(node.body);
}
void each_child(Like<Unroll> auto& node, auto&& f) {
  f(node.count);
  f(node.body);
}
void each_child(Like<For> auto& node, auto&& f) {
  f(node.variable);
  f(node.iterable);
  f(node.body);
}
void each_child(Like<TypeName> auto& node, auto&& f) {
  f(node.operand);
  for (auto& suffix : node.suffixes) f(suffix.length);
}
void each_child(Like<Probe> auto& node, auto&& f) {
  for (auto& point : node.attach_points) f(point);
  f(node.predicate);
  f(node.body);
}
void each_child(Like<Macro> auto& node, auto&& f) {
  f(node.body);
}
void each_child(Like<Function> auto& node, auto&& f) {
  for (auto& parameter : node.parameters) f(parameter.type);
  f(node.return_type);
  f(node.body);
}

}  // namespace sonde::ast
