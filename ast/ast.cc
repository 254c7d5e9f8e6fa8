// The names of nodes and operators, from their rows.
#include "ast/ast.h"

#include <iterator>

namespace sonde::ast {

std::string_view spelling(UnaryOp op) {
  switch (op) {
    case UnaryOp::kNot:
      return "!";
    case UnaryOp::kBitNot:
      return "~";
    case UnaryOp::kNegate:
      return "-";
    case UnaryOp::kDereference:
      return "*";
    case UnaryOp::kAddressOf:
      return "&";
    case UnaryOp::kPreIncrement:
    case UnaryOp::kPostIncrement:
      return "++";
    case UnaryOp::kPreDecrement:
    case UnaryOp::kPostDecrement:
      return "--";
  }
  return {};
}

std::string_view spelling(BinaryOp op) {
  constexpr std::string_view kSpellings[] = {"||", "&&", "|",  "^",  "&", "==", "!=", "<", ">",
                                             "<=", ">=", "<<", ">>", "+", "-",  "*",  "/", "%"};
  CHECK(to_index(op) < std::size(kSpellings));
  return kSpellings[to_index(op)];
}

std::string_view node_kind_name(NodeKind kind) {
  constexpr std::string_view kNames[] = {
#define NODE(name) #name,
#include "ast/nodes.def"
#undef NODE
  };
  CHECK(to_index(kind) < std::size(kNames));
  return kNames[to_index(kind)];
}

}  // namespace sonde::ast
