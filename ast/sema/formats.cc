// printf and its like: the conversions of the format against the arguments behind it
// (spec/builtins_functions.md §3). The format itself may be longer than max_strlen.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"
#include "stdlib/format_specs.h"

namespace sonde::sema {
namespace {

constexpr std::size_t kMostArguments = 127;

bool takes(FormatArgument wanted, TypeKind kind) {
  switch (wanted) {
    case FormatArgument::kPrintable:
      return true;
    case FormatArgument::kBuffer:
      return kind == TypeKind::kBuffer;
    case FormatArgument::kInteger:
      return kind == TypeKind::kInteger || kind == TypeKind::kBool || kind == TypeKind::kPointer;
  }
  CHECK(false);
}

std::optional<std::string> read_format(BuiltinUse& use) {
  ast::NodeId node = use.arguments().front();
  Checker& checker = use.checker();
  const auto* literal =
      checker.program().get_if<ast::StringLiteral>(checker.program().without_parens(node));
  if (literal) {
    checker.set_facts(checker.program().without_parens(node),
                      text_facts(literal->value, use.types()));
    checker.set_facts(node, text_facts(literal->value, use.types()));
    return literal->value;
  }
  if (!use.check_argument(0, ParameterKind::kLiteral)) return std::nullopt;
  return std::get<std::string>(checker.facts(node).constant);
}

bool check_conversions(BuiltinUse& use, const ParsedFormat& format) {
  std::size_t position = 0;
  bool all_fit = true;
  for (const FormatPiece& piece : format.pieces) {
    if (piece.is_text) continue;
    ast::NodeId node = use.arguments()[++position];
    const ExpressionFacts& found = use.checker().facts(node);
    const FormatConversionRow& row = format_conversion_row(piece.conversion);
    if (use.checker().is_poison(found) || takes(row.argument, use.checker().kind_of(found)))
      continue;
    bool wants_buffer = row.argument == FormatArgument::kBuffer;
    use.report(DiagnosticKind::kFormat, use.checker().span(node),
               concat("`%", row.letter, "` takes ", wants_buffer ? "a buffer" : "an integer",
                      ", and this is `", use.checker().type_name(found), '`'))
        .hint(wants_buffer ? concat("`", builtin_row(Builtin::kBuf).name, "` reads one")
                           : "print it with `%s`");
    all_fit = false;
  }
  return all_fit;
}

}  // namespace

bool check_format(BuiltinUse& use) {
  if (!use.check_place() || !use.check_count()) {
    for (ast::NodeId argument : use.arguments()) use.checker().check(argument);
    return false;
  }
  auto text = read_format(use);
  for (std::size_t i = 1; i < use.arguments().size(); ++i)
    use.checker().check_value(use.arguments()[i]);
  if (!text) return false;
  ast::NodeId node = use.arguments().front();
  ParsedFormat format = parse_format(*text);
  if (!format.unsupported.empty()) {
    use.report(DiagnosticKind::kFormat, use.checker().span(node),
               concat("unsupported format specifier `", format.unsupported, '`'));
    return false;
  }
  std::size_t supplied = use.arguments().size() - 1, expected = format.conversion_count();
  if (supplied != expected) {
    use.report(
        DiagnosticKind::kFormat, use.span(),
        concat(supplied < expected ? "not enough" : "too many", " arguments for format string (",
               supplied, " supplied, ", expected, " expected)"));
    return false;
  }
  if (supplied > kMostArguments) {
    use.report(DiagnosticKind::kFormat, use.span(),
               concat("at most ", kMostArguments, " values can be printed at once"));
    return false;
  }
  return check_conversions(use, format);
}

}  // namespace sonde::sema
