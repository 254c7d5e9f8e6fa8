// CHECK of str: what is known at compile time folds to its text; an address is read at run time.
#include <algorithm>

#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

std::string decimal(WideInteger value) {
  bool is_negative = value < 0;
  auto magnitude = static_cast<std::uint64_t>(is_negative ? -value : value);
  return concat(is_negative ? "-" : "", magnitude);
}

// The text of `$N` and of `$N + k`, which leaves out k bytes; none for other arguments.
std::optional<std::string> parameter_text(BuiltinUse& use, NodeId node) {
  Checker& checker = use.checker();
  node = checker.program().without_parens(node);
  if (const auto* parameter = checker.program().get_if<ast::PositionalParameter>(node))
    return checker.parameter_text(parameter->index);
  const auto* sum = checker.program().get_if<ast::Binary>(node);
  if (!sum || sum->op != ast::BinaryOp::kAdd) return std::nullopt;
  const auto* parameter = checker.program().get_if<ast::PositionalParameter>(
      checker.program().without_parens(sum->left));
  if (!parameter) return std::nullopt;
  auto dropped = literal_of(checker.check(sum->right), use.types());
  if (!dropped || !dropped->integer || *dropped->integer < 0) return std::nullopt;
  std::string text = checker.parameter_text(parameter->index);
  auto size = static_cast<WideInteger>(text.size());
  if (*dropped->integer > 0 && *dropped->integer >= size) {
    use.report(DiagnosticKind::kDroppedBytes, checker.span(node),
               concat("`$", parameter->index, "` has ", text.size(), " bytes, and ",
                      decimal(*dropped->integer), " are left out"));
    return std::string();
  }
  return text.substr(static_cast<std::size_t>(*dropped->integer));
}

// The text that the argument has at compile time.
std::optional<std::string> known_text(BuiltinUse& use, NodeId node) {
  if (auto text = parameter_text(use, node)) {
    use.checker().set_facts(node, text_facts(*text, use.types()));
    return text;
  }
  auto literal = literal_of(use.checker().check_value(node), use.types());
  if (!literal) return std::nullopt;
  if (literal->text) return literal->text;
  if (literal->integer) return decimal(*literal->integer);
  return std::nullopt;
}

// Capacity in bytes, the NUL included, when `size` is not known before the program runs.
std::uint32_t result_bytes(BuiltinUse& use, std::optional<std::uint64_t> size, bool has_size,
                           const ExpressionFacts& source) {
  std::uint64_t most = use.checker().analysis().options.settings.number(Option::kMaxStrlen);
  bool is_string = use.checker().kind_of(source) == TypeKind::kString;
  if (size) return static_cast<std::uint32_t>(std::min(*size + 1, most));
  if (is_string && !has_size) return use.types().size(source.type);
  return static_cast<std::uint32_t>(most);
}

}  // namespace

template <>
void check_builtin<Builtin::kStr>(BuiltinUse& use) {
  Checker& checker = use.checker();
  use.give(checker.poison());
  if (!use.check_place() || !use.check_count()) return;
  NodeId node = use.argument(0);
  auto text = known_text(use, node);
  bool has_size = ast::exists(use.argument(1));
  if (has_size && !use.check_argument(1, ParameterKind::kInt)) return;
  std::optional<std::uint64_t> size;
  if (has_size) {
    if (auto literal = literal_of(use.facts(1), use.types())) {
      if (*literal->integer < 0) {
        use.report(DiagnosticKind::kArgRange, checker.span(use.argument(1)),
                   concat('`', use.name(), "` cannot read a negative number of bytes"));
        return;
      }
      size = use.number_at(1);
    }
  }
  if (text && (size || !has_size)) {
    if (size && *size < text->size()) text->resize(static_cast<std::size_t>(*size));
    use.give(text_facts(*text, use.types()));
    return;
  }
  const ExpressionFacts& source = checker.facts(node);
  if (checker.is_poison(source)) return;
  TypeKind kind = checker.kind_of(source);
  if (kind != TypeKind::kInteger && kind != TypeKind::kPointer && kind != TypeKind::kString) {
    use.report(DiagnosticKind::kArgType, checker.span(node),
               concat('`', use.name(), "` argument 1 is `", checker.type_name(source),
                      "`, expected an address or a string"))
        .note(concat("signature: ", use.row().signature.text));
    return;
  }
  std::uint64_t most = checker.analysis().options.settings.number(Option::kMaxStrlen);
  if (size && *size > most)
    use.report(DiagnosticKind::kShortenedText, checker.span(use.argument(1)),
               concat("a text of ", *size, " bytes is too long and will be shortened to ", most))
        .hint("the setting max_strlen allows longer texts");
  std::uint32_t bytes = result_bytes(use, size, has_size, source);
  use.give(checker.of_type(use.types().string(bytes)));
}

}  // namespace sonde::sema
