// Statements and root-level items: what may stand where, and what a block's value is.
#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "parser/build.h"
#include "parser/build_add.h"

namespace sonde::parser {

using ast::NodeId;
using ast::NodeList;

// ---- root-level items ----

void TreeBuilder::check_preamble(Span span, std::string_view what) {
  if (part_ == Part::kDefinitions)
    diagnostics_.report(DiagnosticKind::kMisplacedItem, span,
                        concat(what, " must stand before the first probe, macro or function"));
}

void TreeBuilder::add_definition(NodeId item) {
  part_ = Part::kDefinitions;
  builder_.add_item(item);
}

void TreeBuilder::c_definition(Span span) {
  check_preamble(span, "a C definition");
  builder_.add_item(add(span, ast::CDefinition{std::string(sources_.text(span))}));
}

void TreeBuilder::import(Span span, TokenId path) {
  check_preamble(span, "an import");
  builder_.add_item(add(span, ast::Import{tokens_.string(tokens_[path])}));
}

void TreeBuilder::config(Span span, Span keyword, ast::Config config) {
  check_preamble(keyword, "`config`");
  if (config_.has_place())
    diagnostics_.report(DiagnosticKind::kMisplacedItem, keyword, "a second `config` block")
        .also_at(config_, "the first is here")
        .hint("write all entries into one block");
  else
    config_ = keyword;
  builder_.add_item(add(span, std::move(config)));
}

ast::Config::Entry TreeBuilder::entry(TokenId key, ast::Config::Entry value) {
  value.key = text(key);
  value.key_span = span(key);
  return value;
}

ast::Config::Entry TreeBuilder::value(ast::Config::ValueKind kind, TokenId token) {
  ast::Config::Entry entry;
  entry.kind = kind;
  entry.value_span = span(token);
  switch (kind) {
    case ast::Config::ValueKind::kInteger:
      entry.integer = tokens_[token].value;
      break;
    case ast::Config::ValueKind::kString:
      entry.text = tokens_.string(tokens_[token]);
      break;
    case ast::Config::ValueKind::kWord:
      entry.text = text(token);
      break;
    case ast::Config::ValueKind::kBool:
      entry.integer = tokens_[token].kind == TokenKind::kTrue;
      break;
  }
  return entry;
}

void TreeBuilder::map_declaration(Span span, TokenId map, TokenId kind, TokenId max_entries) {
  add_definition(add(span, ast::MapDeclaration{.name = text(map),
                                               .kind = text(kind),
                                               .kind_span = this->span(kind),
                                               .max_entries = tokens_[max_entries].value,
                                               .max_entries_span = this->span(max_entries)}));
}

ast::Macro TreeBuilder::macro_head(TokenId name, bool with_parentheses, ast::Macro parameters) {
  parameters.name = text(name);
  parameters.name_span = span(name);
  parameters.with_parentheses = with_parentheses;
  return parameters;
}

ast::Macro::Parameter TreeBuilder::macro_parameter(ast::Macro::ParameterKind kind, TokenId name) {
  return {.kind = kind, .name = text(name), .span = span(name)};
}

void TreeBuilder::macro(Span span, ast::Macro head, NodeId body) {
  head.body = body;
  add_definition(add(span, std::move(head)));
}

ast::Function::Parameter TreeBuilder::fn_parameter(TokenId name, NodeId type) {
  return {.name = text(name), .span = span(name), .type = type};
}

void TreeBuilder::function(Span span, TokenId name, ast::Function head, NodeId type, NodeId body) {
  head.name = text(name);
  head.name_span = this->span(name);
  head.return_type = type;
  head.body = body;
  add_definition(add(span, std::move(head)));
}

NodeId TreeBuilder::attach_point(Span span) {
  return add(span, ast::AttachPoint{std::string(sources_.text(span))});
}

void TreeBuilder::probe(Span span, NodeList attach_points, NodeId predicate, NodeId body) {
  add_definition(add(span, ast::Probe{std::move(attach_points), predicate, body}));
}

// ---- blocks ----

NodeId TreeBuilder::block(Span span, Statements statements) {
  if (statements.ends_in_compound && ends_in_value(so_far(), statements.nodes.back())) {
    statements.value = statements.nodes.back();
    statements.nodes.pop_back();
  }
  return add(span, ast::Block{std::move(statements.nodes), statements.value});
}

Statements TreeBuilder::append(Statements before, Statement statement) {
  if (statement.is_expression)
    statement.node = add(so_far().span(statement.node), ast::ExpressionStatement{statement.node});
  before.nodes.push_back(statement.node);
  before.ends_in_compound = false;
  return before;
}

Statements TreeBuilder::append_compound(Statements before, NodeId statement) {
  before.nodes.push_back(statement);
  before.ends_in_compound = true;
  return before;
}

Statements TreeBuilder::end_open(Statements before, Statement last) {
  if (!last.is_expression) return append(std::move(before), last);
  before.value = last.node;
  before.ends_in_compound = false;
  return before;
}

Statements TreeBuilder::end_empty(Statements before) {
  before.ends_in_compound = false;
  return before;
}

// ---- statements ----

Statement TreeBuilder::expression_statement(NodeId expression) {
  return {expression, true};
}

Statement TreeBuilder::assign(Span span, NodeId target, std::optional<ast::BinaryOp> op,
                              NodeId value) {
  const auto* name = so_far().get_if<ast::Identifier>(target);
  if (name && name->name == "_" && !op) return {add(span, ast::Discard{value}), false};
  if (!is_assignable(target)) report_target(target, "assigned to");
  return {add(span, ast::Assign{.target = target, .op = op, .value = value}), false};
}

Statement TreeBuilder::let(Span span, TokenId name, NodeId type, NodeId value) {
  return {add(span, ast::Let{.variable = variable(name), .type = type, .value = value}), false};
}
Statement TreeBuilder::jump(Span span, ast::JumpKind kind, NodeId value) {
  return {add(span, ast::Jump{kind, value}), false};
}
Statement TreeBuilder::import_statement(Span span, TokenId path) {
  return {add(span, ast::ImportStatement{tokens_.string(tokens_[path])}), false};
}

// Parentheses around a condition are punctuation, not a part of it.
NodeId TreeBuilder::without_parentheses(NodeId condition) const {
  const auto* paren = so_far().get_if<ast::Paren>(condition);
  return paren ? paren->expression : condition;
}

ast::If TreeBuilder::if_tail(NodeId condition, NodeId when_true, NodeId when_false) {
  const auto* comptime = so_far().get_if<ast::Comptime>(condition);
  if (!comptime) return {false, without_parentheses(condition), when_true, when_false};
  return {true, without_parentheses(comptime->operand), when_true, when_false};
}
NodeId TreeBuilder::if_else(Span span, ast::If if_tail) {
  return add(span, if_tail);
}

NodeId TreeBuilder::while_loop(Span span, NodeId condition, NodeId body) {
  return add(span, ast::While{without_parentheses(condition), body});
}
NodeId TreeBuilder::unroll(Span span, NodeId count, NodeId body) {
  return add(span, ast::Unroll{without_parentheses(count), body});
}
NodeId TreeBuilder::for_loop(Span span, TokenId name, NodeId iterable, NodeId body) {
  NodeId loop_variable = variable(name);
  return add(span, ast::For{loop_variable, iterable, body});
}
NodeId TreeBuilder::range(Span span, NodeId begin, NodeId end) {
  return add(span, ast::Range{begin, end});
}

}  // namespace sonde::parser
