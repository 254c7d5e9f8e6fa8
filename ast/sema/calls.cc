// What holds for all builtins, from their rows: names, places, counts and kinds of arguments.
#include "ast/sema/calls.h"

#include <algorithm>
#include <charconv>

#include "ast/sema/nearest.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

using CheckHook = void (*)(BuiltinUse&);
constexpr CheckHook kCheckHooks[] = {
#define BUILTIN(id, ...) check_builtin<Builtin::id>,
#include "stdlib/builtins.def"
#undef BUILTIN
};

bool is_defined_by_script(const ast::Program& program, std::string_view name) {
  return std::ranges::any_of(program.items(), [&](NodeId item) {
    if (const auto* function = program.get_if<ast::Function>(item)) return function->name == name;
    return false;
  });
}

std::string counted(std::size_t count) {
  return concat(count, count == 1 ? " argument" : " arguments");
}

}  // namespace

bool takes_whole_map(Builtin builtin, std::size_t position) {
  const Signature& signature = builtin_row(builtin).signature;
  if (position >= signature.parameter_count) return false;
  ParameterKind kind = signature.parameters[position].kind;
  return kind == ParameterKind::kMap || kind == ParameterKind::kElement ||
         ((builtin == Builtin::kPrint || builtin == Builtin::kLen) && position == 0);
}

bool takes_key(Builtin builtin, std::size_t position) {
  const Signature& signature = builtin_row(builtin).signature;
  return position < signature.parameter_count &&
         signature.parameters[position].kind == ParameterKind::kKey;
}

bool fills_variable(Builtin builtin, std::size_t position) {
  return builtin == Builtin::kFind && position == 2;
}

bool leaves_probe(Builtin builtin) {
  return builtin == Builtin::kExit;
}

ExpressionFacts Checker::call(NodeId id, const ast::Call& call) {
  auto found = find_builtin(call.name);
  if (!found) {
    report_unknown_name(call.name, call.name_span, true);
    return poison();
  }
  BuiltinForm form = builtin_row(found->id).form;
  if (form == BuiltinForm::kValue || form == BuiltinForm::kNumbered) {
    report(DiagnosticKind::kUnknownFunction, call.name_span,
           concat('`', call.name, "` is a value and is not called"))
        .hint(concat("write `", call.name, "` without parentheses"));
    return poison();
  }
  return use_builtin(id, *found, call.arguments, call.name_span);
}

ExpressionFacts Checker::identifier(NodeId id, const ast::Identifier& identifier) {
  auto found = find_builtin(identifier.name);
  if (!found) {
    if (auto constant = enum_constant(identifier.name)) return *constant;
    report_unknown_name(identifier.name, span(id), false);
    return poison();
  }
  if (builtin_row(found->id).form == BuiltinForm::kCall) {
    report(DiagnosticKind::kUnknownIdentifier, span(id),
           concat('`', identifier.name, "` is a function and is not called here"))
        .hint(concat("form: ", builtin_row(found->id).signature.text));
    return poison();
  }
  return use_builtin(id, *found, {}, span(id));
}

std::optional<ExpressionFacts> Checker::enum_constant(std::string_view name) {
  if (is_defined_by_script(program_, name) || is_reserved_builtin(name)) return std::nullopt;
  auto constant = analysis_.c_types.constant(name);
  if (!constant) return std::nullopt;
  ExpressionFacts facts = of_type(constant->type);
  facts.constant = constant->value;
  return facts;
}

ExpressionFacts Checker::use_builtin(NodeId id, FoundBuiltin found, const ast::NodeList& arguments,
                                     Span name_span) {
  typing_.builtin_of[id] = found;
  BuiltinUse use(*this, id, found, arguments, name_span);
  use.give_row_result();
  kCheckHooks[to_index(found.id)](use);
  return use.result();
}

void Checker::report_unknown_name(std::string_view name, Span where, bool is_call) {
  if (is_defined_by_script(program_, name)) return;
  if (is_reserved_builtin(name)) {
    report(DiagnosticKind::kUnsupportedFeature, where,
           concat('`', name, "` is not supported by this version"));
    return;
  }
  auto found =
      report(is_call ? DiagnosticKind::kUnknownFunction : DiagnosticKind::kUnknownIdentifier, where,
             concat(is_call ? "unknown function `" : "unknown identifier `", name, '`'));
  std::vector<std::string_view> names;
  for (std::string_view known : builtin_names()) {
    auto builtin = find_builtin(known);
    if (!builtin) continue;
    BuiltinForm form = builtin_row(builtin->id).form;
    if (form == BuiltinForm::kEither || (form == BuiltinForm::kCall) == is_call)
      names.push_back(known);
  }
  for (const std::string& macro : analysis_.options.macro_names) names.push_back(macro);
  if (!is_call) {
    for (const std::string& defined : analysis_.options.defined_names) names.push_back(defined);
    for (const auto& [constant, value] : analysis_.options.c_definitions.constants)
      names.push_back(constant);
  }
  std::string hint = did_you_mean(name, std::move(names));
  if (!hint.empty()) found.hint(std::move(hint));
}

void BuiltinUse::give_row_result() {
  std::string_view result = row().signature.result;
  ExpressionFacts facts;
  auto bits_behind = [&](std::string_view prefix) {
    std::uint32_t bits = 0;
    std::from_chars(result.begin() + prefix.size(), result.end(), bits);
    return bits;
  };
  constexpr std::string_view kUnsigned = "uint", kSigned = "int", kString = "string[";
  if (result.starts_with(kUnsigned)) {
    facts.type = types().integer(bits_behind(kUnsigned) / 8, false);
  } else if (result.starts_with(kSigned)) {
    facts.type = types().integer(bits_behind(kSigned) / 8, true);
  } else if (result.starts_with(kString)) {
    facts.type = types().string(bits_behind(kString));
  } else if (result == types().name(types().boolean())) {
    facts.type = types().boolean();
  } else if (result != types().name(TypeId::kNone)) {
    facts.type = TypeId::kPoison;  // the hook knows
  }
  result_ = std::move(facts);
}

bool BuiltinUse::follow_row() {
  if (!check_place() || !check_count()) {
    const Signature& wanted = row().signature;
    bool has_words =
        wanted.parameter_count > 0 && wanted.parameters.front().kind == ParameterKind::kWord;
    for (NodeId argument : arguments_) {
      bool is_word = has_words && checker_.program().is<ast::Identifier>(argument);
      if (!is_word && !checker_.program().is<ast::Map>(argument)) checker_.check(argument);
    }
    if (result_.type != TypeId::kNone) result_.type = TypeId::kPoison;
    return false;
  }
  bool all_fit = true;
  const Signature& signature = row().signature;
  for (std::size_t i = 0; i < by_parameter_.size(); ++i) {
    if (!ast::exists(by_parameter_[i])) continue;
    std::size_t parameter = std::min(i, signature.parameter_count - 1);
    all_fit = check_argument(i, signature.parameters[parameter].kind) && all_fit;
  }
  return all_fit;
}

bool BuiltinUse::check_safety() {
  if (row().effect != Effect::kUnsafe || checker_.analysis().options.allows_unsafe) return true;
  report(DiagnosticKind::kUnsafe, span(),
         concat(name(), "() is an unsafe function being used in safe mode"))
      .hint("run it with --unsafe when its effects are wanted");
  return false;
}

// As the script has it: a row may stand for several names.
std::string_view BuiltinUse::written_name() const {
  const auto* call = checker_.program().get_if<ast::Call>(node_);
  return call ? call->name : checker_.program().get<ast::Identifier>(node_).name;
}

bool BuiltinUse::check_place() {
  if (!check_safety()) return false;
  std::uint32_t facts = row().probe_facts;
  const ProbeTypeRow& probe = probe_type_row(checker_.group().type);
  if ((probe.facts & facts) != facts) {
    auto found =
        report(DiagnosticKind::kNotInThisProbe, name_span_,
               concat('`', written_name(), "` does not exist in `", probe.name, "` probes"));
    std::string offered;
    for (std::string_view name : probe_type_names()) {
      auto type = find_probe_type(name);
      if (!type || (probe_type_row(*type).facts & facts) != facts) continue;
      offered += concat(offered.empty() ? "" : ", ", name);
    }
    found.note(concat("offered by: ", offered));
    return false;
  }
  constexpr std::uint32_t kInContext =
      kHasArgsStruct | kHasNumberedArgs | kHasRetval | kHasRegisters;
  if (checker_.is_in_loop_function() && (facts & kInContext) != 0) {
    report(DiagnosticKind::kContextInLoop, name_span_,
           concat('`', written_name(), "` is not available in the body of a `for` loop"))
        .hint("copy it to a variable before the loop");
    return false;
  }
  if (row().capability == Capability::kCount || checker_.pass() == Pass::kInfer ||
      checker_.analysis().world.has(row().capability))
    return true;
  const CapabilityRow& missing = capability_row(row().capability);
  report(DiagnosticKind::kMissingFeature, name_span_,
         concat('`', name(), "` needs ", missing.purpose, ", which this kernel does not offer: ",
                checker_.analysis().world.why_not(row().capability)))
      .hint(std::string(missing.hint));
  return false;
}

// Arguments go to parameters in order; an optional word that is not there is passed over.
bool BuiltinUse::assign_arguments() {
  const Signature& signature = row().signature;
  by_parameter_.assign(signature.parameter_count, NodeId::kNone);
  std::size_t parameter = 0;
  for (NodeId argument : arguments_) {
    while (parameter < signature.parameter_count &&
           signature.parameters[parameter].kind == ParameterKind::kWord &&
           signature.parameters[parameter].optional &&
           !checker_.program().is<ast::Identifier>(argument))
      ++parameter;
    if (parameter >= signature.parameter_count) {
      if (!signature.is_variadic()) return false;
      by_parameter_.push_back(argument);
      continue;
    }
    by_parameter_[parameter++] = argument;
  }
  return true;
}

bool BuiltinUse::check_count() {
  const Signature& signature = row().signature;
  std::size_t required = signature.required_count();
  if (arguments_.size() >= required && assign_arguments()) return true;
  std::size_t most = signature.parameter_count;
  if (arguments_.size() >= required && arguments_.size() <= most) {
    // Only a word that may be left out can have failed to find its parameter.
    report(DiagnosticKind::kArgType, checker_.span(arguments_.back()),
           concat('`', name(), "` takes a word here"))
        .note(concat("signature: ", signature.text));
    return false;
  }
  std::string wanted;
  if (signature.is_variadic()) {
    wanted = concat("at least ", counted(required));
  } else if (required == most) {
    wanted = most == 0 ? "no arguments" : counted(most);
  } else if (required == 0) {
    wanted = concat("up to ", counted(most));
  } else {
    wanted = concat(required, " to ", counted(most));
  }
  report(DiagnosticKind::kArgCount, span(),
         concat('`', name(), "` takes ", wanted, ", and ", arguments_.size(),
                arguments_.size() == 1 ? " is given" : " are given"))
      .note(concat("signature: ", signature.text));
  return false;
}

// From 1, as the script has the arguments: an optional word before this one may be left out.
std::size_t BuiltinUse::written_number(std::size_t position) const {
  auto written = std::ranges::find(arguments_, argument(position));
  return static_cast<std::size_t>(written - arguments_.begin()) + 1;
}

Diagnostics::Report BuiltinUse::wrong_argument(std::size_t position, std::string_view wanted) {
  NodeId node = argument(position);
  auto found = report(DiagnosticKind::kArgType, checker_.span(node),
                      concat('`', name(), "` argument ", written_number(position), " is `",
                             checker_.type_name(checker_.facts(node)), "`, expected ", wanted));
  found.note(concat("signature: ", row().signature.text));
  return found;
}

void BuiltinUse::wants_map(std::size_t position) {
  NodeId node = argument(position);
  bool is_element = ast::exists(checker_.map_node_of(node));
  report(
      DiagnosticKind::kArgType, checker_.span(node),
      concat('`', name(), "` expects a map argument", is_element ? ", and this is an element" : ""))
      .note(concat("signature: ", row().signature.text));
}

bool BuiltinUse::check_argument(std::size_t position, ParameterKind kind) {
  NodeId node = argument(position);
  const ast::Program& program = checker_.program();
  bool is_map = program.is<ast::Map>(node);
  switch (kind) {
    case ParameterKind::kWord:
      if (program.is<ast::Identifier>(node)) return true;
      checker_.check(node);
      wrong_argument(position, "a word");
      return false;
    case ParameterKind::kMap:
      if (is_map) {
        checker_.set_facts(
            node, checker_.of_type(checker_.analysis().map_value_type(checker_.map_of(node))));
        return true;
      }
      if (!ast::exists(checker_.map_node_of(node))) checker_.check(node);
      wants_map(position);
      return false;
    case ParameterKind::kElement:
    case ParameterKind::kKey:
      return true;  // the hook looks at the two together
    default:
      break;
  }
  const ExpressionFacts& found = checker_.check_value(node);
  if (checker_.is_poison(found)) return false;
  TypeKind type = checker_.kind_of(found);
  if (kind == ParameterKind::kInt && type != TypeKind::kInteger) {
    wrong_argument(position, "an integer");
    return false;
  }
  if (kind == ParameterKind::kPtr && type != TypeKind::kInteger && type != TypeKind::kPointer) {
    wrong_argument(position, "a pointer or an address");
    return false;
  }
  if (kind == ParameterKind::kString && type != TypeKind::kString) {
    wrong_argument(position, "a string");
    return false;
  }
  auto literal = literal_of(found, types());
  if (kind == ParameterKind::kLiteral && !(literal && literal->text)) {
    report(
        DiagnosticKind::kArgNotLiteral, checker_.span(node),
        concat('`', name(), "` argument ", written_number(position), " must be a string literal"))
        .note(concat("signature: ", row().signature.text));
    return false;
  }
  if (kind != ParameterKind::kNumber) return true;
  if (!literal || !literal->integer) {
    report(
        DiagnosticKind::kArgNotLiteral, checker_.span(node),
        concat('`', name(), "` argument ", written_number(position), " must be an integer literal"))
        .note(concat("signature: ", row().signature.text));
    return false;
  }
  if (*literal->integer >= 0) return true;
  report(DiagnosticKind::kArgRange, checker_.span(node),
         concat('`', name(), "` argument ", written_number(position), " must not be negative"));
  return false;
}

ast::NodeId BuiltinUse::argument(std::size_t parameter) const {
  return parameter < by_parameter_.size() ? by_parameter_[parameter] : NodeId::kNone;
}

std::optional<std::uint64_t> BuiltinUse::number_at(std::size_t parameter) const {
  NodeId node = argument(parameter);
  if (!ast::exists(node)) return std::nullopt;
  const auto* bits = std::get_if<std::uint64_t>(&checker_.facts(node).constant);
  return bits ? std::optional(*bits) : std::nullopt;
}

std::string_view BuiltinUse::word_at(std::size_t parameter) const {
  const auto* word = checker_.program().get_if<ast::Identifier>(argument(parameter));
  return word ? std::string_view(word->name) : std::string_view();
}

}  // namespace sonde::sema
