// The macros of a program and of its imports: what each may not do, and which definition a call
// means (spec/language.md §13).
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "lexer/base/diagnostics.h"

namespace sonde::ast {

struct MacroDefinition {
  const Program* program = nullptr;  // that defines it
  const Macro* macro = nullptr;
  // Variables that the body creates: by `let`, by a plain assignment, as a loop's.
  std::set<std::string, std::less<>> created;
};

// What an argument is by its form alone.
enum class ArgumentForm : std::uint8_t { kExpression, kVariable, kMap, kType };

class MacroTable {
 public:
  // Collects the definitions of `program`, which must outlive the table, and reports what is wrong
  // with them by themselves.
  void add(const Program& program, Diagnostics& diagnostics);

  bool has(std::string_view name) const { return by_name_.contains(name); }
  // The definition that fits best, null when none does.
  const MacroDefinition* find(std::string_view name, const std::vector<ArgumentForm>& forms) const;
  // One line for each definition of the name: `f(n, $v)`.
  std::vector<std::string> candidates(std::string_view name) const;

 private:
  void check(const MacroDefinition& definition, Diagnostics& diagnostics) const;

  std::deque<MacroDefinition> definitions_;
  std::map<std::string, std::vector<const MacroDefinition*>, std::less<>> by_name_;
};

// Every variable that stands below `root`.
std::set<std::string, std::less<>> variables_below(const Program& program, NodeId root);

}  // namespace sonde::ast
