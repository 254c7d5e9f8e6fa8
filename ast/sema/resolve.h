// Scratch variables of one probe: which declaration every `$name` means (spec/language.md §9).
#pragma once

#include <string>

#include "ast/sema/typed.h"

namespace sonde::sema {

struct ResolvedVariable {
  std::string name;
  Span declared_at;
  ast::NodeId declared_type = ast::NodeId::kNone;  // TypeName of its `let`
  bool has_let = false;
  bool is_assigned = false;
  bool is_hoisted = false;
};

struct ResolvedVariables {
  ast::SubtreeVector<VariableId> variable_of;  // Variable nodes of the probe
  IdVector<VariableId, ResolvedVariable> variables;
};

// Whether a type as written has a `typeof` in it, so that it depends on what other things are.
bool looks_at_values(const ast::Program& program, ast::NodeId type_name);

ResolvedVariables resolve_variables(const ast::Program& program, ast::NodeId probe,
                                    Diagnostics& diagnostics);

}  // namespace sonde::sema
