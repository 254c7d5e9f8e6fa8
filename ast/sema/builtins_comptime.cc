// CHECK of the builtins that act or answer while compiling: questions about types, static_assert,
// fail, config; and of getopt, whose options are gathered here for the loader.
#include <algorithm>

#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

// The type that a question is about: of a value, or one given by typeof. Poison after a report.
TypeId questioned_type(BuiltinUse& use) {
  use.give(use.checker().poison());
  if (!use.check_place() || !use.check_count()) return TypeId::kPoison;
  NodeId node = use.argument(0);
  if (const auto* type = use.checker().program().get_if<ast::TypeOf>(node))
    return use.checker().looked_at_type(type->operand);
  return use.checker().looked_at_type(node);
}

template <typename Question>
void answer(BuiltinUse& use, Question holds) {
  TypeId type = questioned_type(use);
  if (type != TypeId::kPoison) use.give(boolean_facts(holds(use.types().at(type)), use.types()));
}

// The structure of container_of: a name, or typeof(…). Poison after a report.
TypeId container_type(BuiltinUse& use) {
  Checker& checker = use.checker();
  NodeId node = use.argument(1);
  if (const auto* type = checker.program().get_if<ast::TypeOf>(node))
    return checker.looked_at_type(type->operand);
  const auto* word = checker.program().get_if<ast::Identifier>(node);
  auto found = word ? checker.analysis().c_types.named(word->name) : std::nullopt;
  if (found) return *found;
  use.report(DiagnosticKind::kUnknownType, checker.span(node),
             concat('`', use.name(), "` takes the type of a structure here"))
      .note(concat("signature: ", use.row().signature.text))
      .hint("a type is named, or given by `typeof(…)`");
  return TypeId::kPoison;
}

// The names of `a.b.c`; empty for anything else.
std::vector<std::string> member_path(const ast::Program& program, NodeId node) {
  std::vector<std::string> path;
  while (const auto* access = program.get_if<ast::FieldAccess>(node)) {
    if (access->with_arrow) return {};
    path.insert(path.begin(), access->name);
    node = access->base;
  }
  const auto* first = program.get_if<ast::Identifier>(node);
  if (!first) return {};
  path.insert(path.begin(), first->name);
  return path;
}

// The text of fail(): %d, %u, %x and %s with literals, anything else as it stands.
std::string failure_text(BuiltinUse& use, std::string_view format) {
  std::string out;
  std::size_t next = 1;
  for (std::size_t i = 0; i < format.size(); ++i) {
    char conversion = format[i] == '%' && i + 1 < format.size() ? format[i + 1] : '\0';
    bool converts =
        conversion == 'd' || conversion == 'u' || conversion == 'x' || conversion == 's';
    if (!converts || next >= use.arguments().size()) {
      out += format[i];
      if (conversion == '%') ++i;
      continue;
    }
    ++i;
    auto literal = literal_of(use.checker().facts(use.arguments()[next++]), use.types());
    if (!literal) continue;
    if (literal->text) {
      out += *literal->text;
    } else if (auto number = literal->number(); number && conversion == 'x') {
      out += hex(static_cast<std::uint64_t>(*number));
    } else if (number && *number < 0) {
      out += concat('-', static_cast<std::uint64_t>(-*number));
    } else if (number) {
      out += concat(static_cast<std::uint64_t>(*number));
    }
  }
  return out;
}

bool same_default(const NamedOption& a, const NamedOption& b) {
  return a.initial == b.initial && a.is_signed == b.is_signed;
}

// The option as this call describes it; none after a report.
std::optional<NamedOption> described_option(BuiltinUse& use) {
  Checker& checker = use.checker();
  NamedOption option{.name = std::get<std::string>(use.facts(0).constant),
                     .description = {},
                     .initial = false,
                     .first_use = use.span()};
  option.type = use.types().boolean();
  if (NodeId node = use.argument(1); ast::exists(node)) {
    auto literal = literal_of(checker.facts(node), use.types());
    if (!literal) {
      use.report(DiagnosticKind::kArgNotLiteral, checker.span(node),
                 concat("the default of `", option.name, "` must be a literal"))
          .note(concat("signature: ", use.row().signature.text));
      return std::nullopt;
    }
    if (literal->boolean) option.initial = *literal->boolean;
    if (literal->text) {
      option.initial = *literal->text;
      std::uint64_t most = checker.analysis().options.settings.number(Option::kMaxStrlen);
      option.type = use.types().string(static_cast<std::uint32_t>(most));
    }
    if (literal->integer) {
      option.is_signed = *literal->integer < 0;
      option.initial = static_cast<std::uint64_t>(*literal->integer);
      option.type = use.types().integer(8, option.is_signed);
    }
  }
  if (ast::exists(use.argument(2)))
    option.description = std::get<std::string>(use.facts(2).constant);
  return option;
}

}  // namespace

template <>
void check_builtin<Builtin::kIsArray>(BuiltinUse& use) {
  answer(use, [](const Type& type) { return type.kind == TypeKind::kArray; });
}
template <>
void check_builtin<Builtin::kIsInteger>(BuiltinUse& use) {
  answer(use, [](const Type& type) { return type.kind == TypeKind::kInteger; });
}
template <>
void check_builtin<Builtin::kIsPtr>(BuiltinUse& use) {
  answer(use, [](const Type& type) { return type.kind == TypeKind::kPointer; });
}
template <>
void check_builtin<Builtin::kIsStr>(BuiltinUse& use) {
  answer(use, [](const Type& type) { return type.kind == TypeKind::kString; });
}
template <>
void check_builtin<Builtin::kIsUnsignedInteger>(BuiltinUse& use) {
  answer(use, [](const Type& type) { return type.kind == TypeKind::kInteger && !type.is_signed; });
}
template <>
void check_builtin<Builtin::kIsLiteral>(BuiltinUse& use) {
  if (questioned_type(use) == TypeId::kPoison) return;
  NodeId node = use.argument(0);
  bool is_value = !use.checker().program().is<ast::TypeOf>(node);
  bool is_known = is_value && literal_of(use.checker().facts(node), use.types());
  use.give(boolean_facts(is_known, use.types()));
}

template <>
void check_builtin<Builtin::kContainerOf>(BuiltinUse& use) {
  Checker& checker = use.checker();
  use.give(checker.poison());
  if (!use.check_place() || !use.check_count()) return;
  bool is_address = use.check_argument(0, ParameterKind::kPtr);
  TypeId structure = container_type(use);
  auto path = member_path(checker.program(), use.argument(2));
  Span where = checker.span(use.argument(2));
  if (path.empty())
    use.report(DiagnosticKind::kArgType, where,
               concat('`', use.name(), "` takes the member as a name, or as a path of names"))
        .note(concat("signature: ", use.row().signature.text));
  if (!is_address || structure == TypeId::kPoison || path.empty()) return;
  auto offset = checker.offset_in(structure, path, where);
  if (!offset) return;
  checker.set_facts(use.argument(2), integer_facts(*offset, use.types()));
  AddressSpace space = use.facts(0).space;
  use.give(checker.of_type(use.types().pointer_to(structure),
                           space == AddressSpace::kNone ? checker.own_space() : space));
}

template <>
void check_builtin<Builtin::kStaticAssert>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  auto holds = literal_of(use.facts(0), use.types());
  if (!holds) {
    use.report(DiagnosticKind::kComptime, use.checker().span(use.argument(0)),
               "Unable to resolve comptime expression")
        .note("a static assertion is decided while compiling");
    return;
  }
  if (holds->is_true()) return;
  use.report(DiagnosticKind::kScriptFailure, use.span(),
             concat("static assertion failed: ", std::get<std::string>(use.facts(1).constant)));
}

template <>
void check_builtin<Builtin::kFail>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  for (std::size_t i = 1; i < use.arguments().size(); ++i) {
    NodeId node = use.arguments()[i];
    if (literal_of(use.checker().facts(node), use.types())) continue;
    use.report(DiagnosticKind::kArgNotLiteral, use.checker().span(node),
               concat('`', use.name(), "` takes literals alone"))
        .note(concat("signature: ", use.row().signature.text));
    return;
  }
  use.report(DiagnosticKind::kScriptFailure, use.span(),
             failure_text(use, std::get<std::string>(use.facts(0).constant)));
}

template <>
void check_builtin<Builtin::kConfigValue>(BuiltinUse& use) {
  use.give(use.checker().poison());
  if (use.check_place() && use.check_count())
    use.checker().unsupported(use.span(), "using all settings as one value is");
}

template <>
void check_builtin<Builtin::kGetopt>(BuiltinUse& use) {
  use.give(use.checker().poison());
  if (!use.follow_row()) return;
  if (ast::exists(use.argument(2)) && !use.check_argument(2, ParameterKind::kLiteral)) return;
  auto option = described_option(use);
  if (!option) return;
  use.give(use.checker().of_type(option->type));
  std::vector<NamedOption>& options = use.checker().analysis().typed.options;
  auto earlier = std::ranges::find(options, option->name, &NamedOption::name);
  if (earlier == options.end()) {
    options.push_back(*std::move(option));
    return;
  }
  if (earlier->description.empty()) earlier->description = option->description;
  std::string_view difference;
  if (!same_default(*earlier, *option))
    difference = "default";
  else if (!option->description.empty() && option->description != earlier->description)
    difference = "description";
  if (difference.empty()) return;
  use.report(DiagnosticKind::kScriptOption, use.span(),
             concat("the option `", option->name, "` has another ", difference, " elsewhere"))
      .also_at(earlier->first_use, "first described here");
}

}  // namespace sonde::sema
