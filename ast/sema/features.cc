// By kind of node; `&` differs from its kind. What composition has replaced never gets here.
#include "ast/sema/features.h"

namespace sonde::sema {

std::string_view unsupported_feature(const ast::Program& program, ast::NodeId id) {
  using enum ast::NodeKind;
  switch (program.kind(id)) {
    case kRange:
      return "ranges are";
    case kWhile:
      return "`while` loops are";
    case kUnroll:
      return "`unroll` is";
    case kFor:
      return "`for` loops are";
    case kFunction:
      return "functions of the script's own are";
    case kUnary:
      return program.get<ast::Unary>(id).op == ast::UnaryOp::kAddressOf ? "taking an address is"
                                                                        : "";
    default:
      return "";
  }
}

}  // namespace sonde::sema
