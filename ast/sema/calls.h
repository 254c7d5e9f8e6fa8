// Builtins where a script uses them. follow_row() applies what the builtin's row says: where it is
// offered, how many arguments it takes and of which kinds, what it gives. A CHECK hook, one for
// each row, calls it and adds what a row cannot say.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ast/sema/checker.h"
#include "ast/sema/fold.h"

namespace sonde::sema {

// Whether the call's argument at this position may be a map as a whole, or a key of the map before
// it.
bool takes_whole_map(Builtin builtin, std::size_t position);
bool takes_key(Builtin builtin, std::size_t position);
// Whether the argument is a variable that receives a value.
bool fills_variable(Builtin builtin, std::size_t position);
// Whether nothing behind the call is reached.
bool leaves_probe(Builtin builtin);
std::optional<Aggregation> aggregation_of(Builtin builtin);

class BuiltinUse {
 public:
  BuiltinUse(Checker& checker, ast::NodeId node, FoundBuiltin found, ast::NodeList arguments,
             Span name_span)
      : checker_(checker),
        node_(node),
        found_(found),
        arguments_(std::move(arguments)),
        name_span_(name_span) {}

  // False when something was wrong; the result is then poison, or what the row gives.
  bool follow_row();
  // The parts of follow_row, for hooks whose arguments need a look of their own.
  bool check_place();
  bool check_count();
  bool check_argument(std::size_t position, ParameterKind kind);
  void give_row_result();

  Checker& checker() { return checker_; }
  TypeTable& types() { return checker_.types(); }
  const BuiltinRow& row() const { return builtin_row(found_.id); }
  std::string_view name() const { return row().name; }
  std::uint32_t number() const { return found_.number; }
  ast::NodeId node() const { return node_; }
  Span span() const { return checker_.span(node_); }
  const ast::NodeList& arguments() const { return arguments_; }
  // The argument that follow_row gave to the row's parameter, none when it was left out.
  ast::NodeId argument(std::size_t parameter) const;
  const ExpressionFacts& facts(std::size_t parameter) const {
    return checker_.facts(argument(parameter));
  }
  // The value of a `number` parameter, none when it was left out or wrong.
  std::optional<std::uint64_t> number_at(std::size_t parameter) const;
  // The word of a `word` parameter, empty when it was left out.
  std::string_view word_at(std::size_t parameter) const;

  Diagnostics::Report report(DiagnosticKind kind, Span span, std::string message) {
    return checker_.report(kind, span, std::move(message));
  }
  void give(ExpressionFacts result) { result_ = std::move(result); }
  const ExpressionFacts& result() const { return result_; }

  Diagnostics::Report wrong_argument(std::size_t position, std::string_view wanted);
  void wants_map(std::size_t position);

 private:
  bool check_safety();
  bool assign_arguments();
  std::string_view written_name() const;
  std::size_t written_number(std::size_t position) const;

  Checker& checker_;
  ast::NodeId node_;
  FoundBuiltin found_;
  ast::NodeList arguments_;
  Span name_span_;
  std::vector<ast::NodeId> by_parameter_;
  ExpressionFacts result_;
};

// The CHECK hooks.
template <Builtin id>
void check_builtin(BuiltinUse& use);
#define BUILTIN(id, ...) \
  template <>            \
  void check_builtin<Builtin::id>(BuiltinUse & use);
#include "stdlib/builtins.def"
#undef BUILTIN

// printf and its like: the format against the arguments behind it. False when something was wrong.
bool check_format(BuiltinUse& use);

// The `word` argument at position 0 is one of `known`, or was left out.
bool check_word(BuiltinUse& use, std::initializer_list<std::string_view> known);

}  // namespace sonde::sema
