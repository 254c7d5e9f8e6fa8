// By kind of node; `if comptime` and `&` differ from their kind.
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
    case kRecord:
      return "records are";
    case kOffsetOf:
      return "`offsetof` is";
    case kTypeInfo:
      return "`typeinfo` is";
    case kTypeOf:
      return "`typeof` is";
    case kComptime:
      return "`comptime` is";
    case kRange:
      return "ranges are";
    case kWhile:
      return "`while` loops are";
    case kUnroll:
      return "`unroll` is";
    case kFor:
      return "`for` loops are";
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
      return is_address_of_map(program, id) ? "taking the address of a map is" : "";
    default:
      return "";
  }
}

}  // namespace sonde::sema
