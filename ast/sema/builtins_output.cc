// CHECK of what prints or acts through user space beside printf and print.
#include <algorithm>

#include "ast/sema/calls.h"
#include "lexer/base/concat.h"
#include "stdlib/format_specs.h"

namespace sonde::sema {
namespace {

constexpr std::size_t kMostTraced = 3;  // values that bpf_trace_printk takes

// What the kernel's own formatting knows.
bool is_traceable(const FormatPiece& piece) {
  switch (piece.conversion) {
    case FormatConversion::kSigned:
    case FormatConversion::kUnsigned:
    case FormatConversion::kHex:
    case FormatConversion::kPointer:
    case FormatConversion::kText:
      return true;
    default:
      return false;
  }
}

void check_traced_format(BuiltinUse& use) {
  ParsedFormat format =
      parse_format(std::get<std::string>(use.checker().facts(use.arguments().front()).constant));
  std::size_t position = 0;
  for (const FormatPiece& piece : format.pieces) {
    if (piece.is_text) continue;
    ast::NodeId node = use.arguments()[++position];
    bool is_text = piece.conversion == FormatConversion::kText;
    bool fits = !is_text || use.checker().kind_of(use.checker().facts(node)) == TypeKind::kString;
    if (is_traceable(piece) && fits) continue;
    use.report(
        DiagnosticKind::kFormat, use.checker().span(node),
        concat('`', use.name(), "` prints integers by %d, %u, %x and %p, and strings by %s"));
  }
  if (position > kMostTraced)
    use.report(DiagnosticKind::kFormat, use.span(),
               concat('`', use.name(), "` prints at most ", kMostTraced, " values"));
}

}  // namespace

template <>
void check_builtin<Builtin::kErrorf>(BuiltinUse& use) {
  check_format(use);
}
template <>
void check_builtin<Builtin::kWarnf>(BuiltinUse& use) {
  check_format(use);
}
template <>
void check_builtin<Builtin::kCat>(BuiltinUse& use) {
  check_format(use);
}
template <>
void check_builtin<Builtin::kSystem>(BuiltinUse& use) {
  check_format(use);
}

template <>
void check_builtin<Builtin::kDebugf>(BuiltinUse& use) {
  if (!check_format(use)) return;
  check_traced_format(use);
  use.report(DiagnosticKind::kForDebugging, use.span(),
             concat('`', use.name(),
                    "` writes to the kernel's trace pipe, for everybody on this system to read"))
      .hint(concat("a script that stays prints with `", builtin_row(Builtin::kPrintf).name, '`'));
}

template <>
void check_builtin<Builtin::kJoin>(BuiltinUse& use) {
  use.follow_row();
}

}  // namespace sonde::sema
