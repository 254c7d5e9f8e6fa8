// The actions of the grammar: TreeBuilder turns what was read into nodes and checks what the
// grammar cannot say, such as the order of a script's parts and what may be assigned to. Each
// function is one rule; spans are the rule's.
//
// Invariant: no node is deeper than kMaxDepth, so that later stages may walk the tree recursively.
// What is deeper is reported once and replaced by an empty node.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ast/ast.h"
#include "lexer/token.h"

namespace sonde::parser {

class TokenStream;

inline constexpr unsigned kMaxDepth = 500;

// A statement without its semicolon: an expression keeps being one until it is known whether a
// semicolon follows.
struct Statement {
  ast::NodeId node = ast::NodeId::kNone;
  bool is_expression = false;
};
struct Statements {
  ast::NodeList nodes;
  ast::NodeId value = ast::NodeId::kNone;
  bool ends_in_compound = false;  // the last one ends in `}` and no semicolon follows
};

class TreeBuilder {
 public:
  TreeBuilder(const TokenBuffer& tokens, const SourceMap& sources, Diagnostics& diagnostics);
  ast::Program finish() &&;
  void report_syntax_error(TokenStream& stream, std::vector<TokenKind> expected);

  // ---- root-level items ----
  void c_definition(Span span);
  void import(Span span, TokenId path);
  void config(Span span, Span keyword, ast::Config config);
  ast::Config::Entry entry(TokenId key, ast::Config::Entry value);
  ast::Config::Entry value(ast::Config::ValueKind kind, TokenId token);
  void map_declaration(Span span, TokenId map, TokenId kind, TokenId max_entries);
  ast::Macro macro_head(TokenId name, bool with_parentheses, ast::Macro parameters);
  ast::Macro::Parameter macro_parameter(ast::Macro::ParameterKind kind, TokenId name);
  void macro(Span span, ast::Macro head, ast::NodeId body);
  ast::Function::Parameter fn_parameter(TokenId name, ast::NodeId type);
  void function(Span span, TokenId name, ast::Function head, ast::NodeId type, ast::NodeId body);
  ast::NodeId attach_point(Span span);
  void probe(Span span, ast::NodeList attach_points, ast::NodeId predicate, ast::NodeId body);

  // ---- statements ----
  ast::NodeId block(Span span, Statements statements);
  Statements append(Statements before, Statement statement);
  Statements append_compound(Statements before, ast::NodeId statement);
  Statements end_open(Statements before, Statement last);
  Statements end_empty(Statements before);
  Statement expression_statement(ast::NodeId expression);
  Statement assign(Span span, ast::NodeId target, std::optional<ast::BinaryOp> op,
                   ast::NodeId value);
  Statement let(Span span, TokenId variable, ast::NodeId type, ast::NodeId value);
  Statement jump(Span span, ast::JumpKind kind, ast::NodeId value = ast::NodeId::kNone);
  Statement import_statement(Span span, TokenId path);
  ast::If if_tail(ast::NodeId condition, ast::NodeId when_true, ast::NodeId when_false);
  ast::NodeId if_else(Span span, ast::If if_tail);
  ast::NodeId while_loop(Span span, ast::NodeId condition, ast::NodeId body);
  ast::NodeId unroll(Span span, ast::NodeId count, ast::NodeId body);
  ast::NodeId for_loop(Span span, TokenId variable, ast::NodeId iterable, ast::NodeId body);
  ast::NodeId range(Span span, ast::NodeId begin, ast::NodeId end);

  // ---- expressions ----
  ast::NodeId integer(TokenId token);
  ast::NodeId string(TokenId token);
  ast::NodeId boolean(TokenId token, bool value);
  ast::NodeId variable(TokenId token);
  ast::NodeId map(TokenId token);
  ast::NodeId positional(TokenId token);
  ast::NodeId parameter_count(TokenId token);
  ast::NodeId identifier(TokenId token);
  ast::NodeId call(Span span, TokenId name, ast::NodeList arguments, bool with_bang);
  ast::NodeId paren(Span span, ast::NodeId expression);
  ast::NodeId tuple(Span span, ast::NodeList elements);
  ast::NodeId tuple(Span span, ast::NodeId first, ast::NodeList others);
  ast::NodeId record(Span span, ast::Record record);
  ast::Record add_member(ast::Record before, TokenId name, ast::NodeId value);
  ast::NodeId field(Span span, ast::NodeId base, TokenId name, bool with_arrow);
  ast::NodeId tuple_access(Span span, ast::NodeId base, TokenId index);
  ast::NodeId index(Span span, ast::NodeId base, ast::NodeList indices);
  ast::NodeId unary(Span span, ast::UnaryOp op, Span op_span, ast::NodeId operand);
  ast::NodeId binary(Span span, ast::BinaryOp op, ast::NodeId left, Span op_span,
                     ast::NodeId right);
  ast::NodeId ternary(Span span, ast::NodeId condition, ast::NodeId when_true,
                      ast::NodeId when_false);
  ast::NodeId cast(Span span, ast::NodeId type, ast::NodeId operand);
  ast::NodeId comptime(Span span, ast::NodeId operand);
  ast::NodeId size_of(Span span, ast::NodeId operand);
  ast::NodeId type_info(Span span, ast::NodeId operand);
  ast::NodeId type_of(Span span, ast::NodeId operand);
  // `struct name` as an argument: what typeof(struct name) is.
  ast::NodeId tagged_argument(Span span, ast::TypeBase base, TokenId name);
  ast::NodeId offset_of(Span span, ast::NodeId operand, Span path_span, ast::OffsetOf path);
  ast::OffsetOf begin_path(TokenId name);
  ast::OffsetOf extend_path(ast::OffsetOf path, TokenId name);

  // ---- types ----
  ast::NodeId type(Span span, ast::TypeName type);
  ast::TypeName pointer_to(ast::TypeName type);
  ast::TypeName array_of(ast::TypeName type, ast::NodeId length);
  ast::TypeName tagged_type(ast::TypeBase base, TokenId name);
  ast::TypeName type_of_operand(ast::NodeId operand);
  ast::TypeName type_word(ast::TypeName before, TokenId word);

 private:
  // The order of a script's parts: what belongs to the preamble is misplaced once a definition was
  // seen.
  enum class Part : bool { kPreamble, kDefinitions };

  template <typename T>
  ast::NodeId add(Span span, T node);
  bool too_deep(ast::NodeId id);
  const ast::Program& so_far() const { return builder_.so_far(); }
  Span span(TokenId token) const { return tokens_[token].span; }
  std::string text(TokenId token) const { return std::string(sources_.text(span(token))); }
  void check_preamble(Span span, std::string_view what);
  void add_definition(ast::NodeId item);
  bool is_assignable(ast::NodeId id) const;
  bool is_map_element(ast::NodeId id) const;
  ast::NodeId without_parentheses(ast::NodeId condition) const;
  void report_target(ast::NodeId target, std::string_view action);

  const TokenBuffer& tokens_;
  const SourceMap& sources_;
  Diagnostics& diagnostics_;
  ast::ProgramBuilder builder_;
  Part part_ = Part::kPreamble;
  Span config_;                        // of the first config block
  std::vector<std::uint16_t> depths_;  // by node
  ast::NodeList children_;             // scratch of too_deep
  bool reported_depth_ = false;
};

}  // namespace sonde::parser
