// By kind of node; `if comptime` and `&` differ from their kind.
#include "ast/sema/features.h"

namespace sonde::sema {

std::string_view unsupported_feature(const ast::Program& program, ast::NodeId id) {
  using enum ast::NodeKind;
  switch (program.kind(id)) {
    case kTypeInfo:
      return "`typeinfo` is";
    case kTypeOf:
      return "`typeof` is";
    case kComptime:
      return "`comptime` is";
    case kImport:
    case kImportStatement:
      return "imports are";
    case kMacro:
      return "macros are";
    case kFunction:
      return "functions of the script's own are";
    case kIf:
      return program.get<ast::If>(id).comptime ? "`if comptime` is" : "";
    case kUnary:
      return program.get<ast::Unary>(id).op == ast::UnaryOp::kAddressOf ? "taking an address is"
                                                                        : "";
    default:
      return "";
  }
}

}  // namespace sonde::sema
