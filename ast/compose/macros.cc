// A parameter that wants a variable or a map takes nothing else, and fits such an argument better
// than an expression parameter does. Between definitions that fit equally well the first counts.
#include "ast/compose/macros.h"

#include <algorithm>
#include <optional>

#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "stdlib/builtins.h"
#include "stdlib/type_names.h"

namespace sonde::ast {
namespace {

using ParameterKind = Macro::ParameterKind;

bool same_signature(const Macro& a, const Macro& b) {
  return std::ranges::equal(a.parameters, b.parameters, {}, &Macro::Parameter::kind,
                            &Macro::Parameter::kind);
}

std::string signature_of(const Macro& macro) {
  std::string out = concat(macro.name, '(');
  for (std::size_t i = 0; i < macro.parameters.size(); ++i)
    out += concat(i > 0 ? ", " : "", macro.parameters[i].name);
  return out + ')';
}

std::optional<int> fit(ParameterKind kind, ArgumentForm form) {
  switch (kind) {
    case ParameterKind::kVariable:
      return form == ArgumentForm::kVariable ? std::optional(1) : std::nullopt;
    case ParameterKind::kMap:
      return form == ArgumentForm::kMap ? std::optional(1) : std::nullopt;
    case ParameterKind::kExpression:
      return 0;
  }
  CHECK(false);
}

std::optional<int> fit(const Macro& macro, const std::vector<ArgumentForm>& forms) {
  if (macro.parameters.size() != forms.size()) return std::nullopt;
  int total = 0;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    auto one = fit(macro.parameters[i].kind, forms[i]);
    if (!one) return std::nullopt;
    total += *one;
  }
  return total;
}

bool is_taken_name(std::string_view name) {
  return find_builtin(name) || is_reserved_builtin(name) || name.starts_with("__builtin_") ||
         classify_name(name) != NameClass::kOther;
}

std::set<std::string, std::less<>> created_variables(const Program& program, NodeId body) {
  std::set<std::string, std::less<>> names;
  auto note = [&](NodeId id) {
    if (const auto* variable = program.get_if<Variable>(id)) names.insert(variable->name);
  };
  walk(program, body, [&](NodeId id) {
    if (const auto* let = program.get_if<Let>(id)) note(let->variable);
    if (const auto* loop = program.get_if<For>(id)) note(loop->variable);
    const auto* assign = program.get_if<Assign>(id);
    if (assign && !assign->op) note(assign->target);
    return true;
  });
  return names;
}

// Jumps that would leave the macro for its caller.
void check_jumps(const Program& program, NodeId id, bool in_loop, Diagnostics& diagnostics) {
  if (const auto* jump = program.get_if<Jump>(id)) {
    bool stays = in_loop && jump->kind != JumpKind::kReturn;
    if (!stays)
      diagnostics
          .report(DiagnosticKind::kMacroDefinition, program.span(id),
                  jump->kind == JumpKind::kReturn
                      ? "`return` is not allowed in a macro"
                      : "this is not allowed in a macro outside of a loop of its own")
          .hint("the value of a macro is the last expression of its body");
  }
  bool is_loop = program.is<For>(id) || program.is<While>(id) || program.is<Unroll>(id);
  NodeList children;
  append_children(program, id, children);
  for (NodeId child : children) check_jumps(program, child, in_loop || is_loop, diagnostics);
}

}  // namespace

void MacroTable::add(const Program& program, Diagnostics& diagnostics) {
  for (NodeId item : program.items()) {
    const auto* macro = program.get_if<Macro>(item);
    if (!macro) continue;
    definitions_.push_back({&program, macro, created_variables(program, macro->body)});
    check(definitions_.back(), diagnostics);
    by_name_[macro->name].push_back(&definitions_.back());
  }
}

void MacroTable::check(const MacroDefinition& definition, Diagnostics& diagnostics) const {
  const Macro& macro = *definition.macro;
  auto report = [&](Span span, std::string message) {
    return diagnostics.report(DiagnosticKind::kMacroDefinition, span, std::move(message));
  };
  if (auto others = by_name_.find(macro.name); others != by_name_.end()) {
    for (const MacroDefinition* other : others->second)
      if (same_signature(*other->macro, macro))
        report(macro.name_span, concat("macro `", macro.name,
                                       "` is defined a second time for arguments of these kinds"))
            .also_at(other->macro->name_span, "first defined here");
  }
  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    const Macro::Parameter& parameter = macro.parameters[i];
    if (parameter.kind == ParameterKind::kExpression && is_taken_name(parameter.name))
      report(parameter.span,
             concat('`', parameter.name, "` is a name of the language and cannot be a parameter"));
    for (std::size_t j = 0; j < i; ++j)
      if (macro.parameters[j].name == parameter.name)
        report(parameter.span, concat("there are two parameters `", parameter.name, '`'));
  }
  check_jumps(*definition.program, macro.body, false, diagnostics);
}

const MacroDefinition* MacroTable::find(std::string_view name,
                                        const std::vector<ArgumentForm>& forms) const {
  auto named = by_name_.find(name);
  if (named == by_name_.end()) return nullptr;
  const MacroDefinition* best = nullptr;
  int best_fit = -1;
  for (const MacroDefinition* definition : named->second) {
    auto found = fit(*definition->macro, forms);
    if (!found || *found <= best_fit) continue;
    best = definition;
    best_fit = *found;
  }
  return best;
}

std::vector<std::string> MacroTable::candidates(std::string_view name) const {
  std::vector<std::string> lines;
  if (auto named = by_name_.find(name); named != by_name_.end())
    for (const MacroDefinition* definition : named->second)
      lines.push_back(signature_of(*definition->macro));
  return lines;
}

std::set<std::string, std::less<>> variables_below(const Program& program, NodeId root) {
  std::set<std::string, std::less<>> names;
  walk(program, root, [&](NodeId id) {
    if (const auto* variable = program.get_if<Variable>(id)) names.insert(variable->name);
    return true;
  });
  return names;
}

}  // namespace sonde::ast
