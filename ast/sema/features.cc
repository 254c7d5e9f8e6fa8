// By kind of node; `&` differs from its kind. What composition has replaced never gets here.
#include "ast/sema/features.h"

namespace sonde::sema {
namespace {

bool is_address_of_map(const ast::Program& program, ast::NodeId id) {
  const auto& unary = program.get<ast::Unary>(id);
  return unary.op == ast::UnaryOp::kAddressOf &&
         program.is<ast::Map>(program.without_parens(unary.operand));
}

}  // namespace

std::string_view unsupported_feature(const ast::Program& program, ast::NodeId id) {
  using enum ast::NodeKind;
  switch (program.kind(id)) {
    case kFunction:
      return "functions of the script's own are";
    case kUnary:
      return is_address_of_map(program, id) ? "taking the address of a map is" : "";
    default:
      return "";
  }
}

}  // namespace sonde::sema
