// How TreeBuilder adds a node: with the check on its depth, and with the empty node that stands in
// for what is too deep. Private to build.cc and build_statements.cc.
#pragma once

#include <type_traits>
#include <utility>

#include "parser/build.h"

namespace sonde::parser {

template <typename T>
constexpr bool is_statement_node =
    std::is_same_v<T, ast::Block> || std::is_same_v<T, ast::If> ||
    std::is_same_v<T, ast::ExpressionStatement> || std::is_same_v<T, ast::Assign> ||
    std::is_same_v<T, ast::Let> || std::is_same_v<T, ast::Discard> ||
    std::is_same_v<T, ast::Jump> || std::is_same_v<T, ast::While> ||
    std::is_same_v<T, ast::Unroll> || std::is_same_v<T, ast::For>;

template <typename T>
ast::NodeId TreeBuilder::add(Span span, T node) {
  ast::NodeId id = builder_.add(span, std::move(node));
  if (!too_deep(id)) return id;
  if constexpr (is_statement_node<T>)
    return add(span, ast::Block{});
  else if constexpr (std::is_same_v<T, ast::TypeName>)
    return add(span, ast::TypeName{});
  else
    return add(span, ast::IntegerLiteral{});
}

}  // namespace sonde::parser
