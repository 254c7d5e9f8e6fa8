// Expressions and types: one node per rule, with the checks on what `++`, `--` and `&` may be
// applied to.
#include "parser/build.h"

#include <algorithm>

#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "parser/build_add.h"
#include "parser/comments.h"
#include "parser/syntax_errors.h"
#include "parser/token_stream.h"
#include "stdlib/type_names.h"

namespace sonde::parser {

using ast::NodeId;
using ast::NodeList;

TreeBuilder::TreeBuilder(const TokenBuffer& tokens, const SourceMap& sources,
                         Diagnostics& diagnostics)
    : tokens_(tokens), sources_(sources), diagnostics_(diagnostics), builder_(tokens.file()) {
  builder_.set_shebang(std::string(tokens.shebang()));
}

ast::Program TreeBuilder::finish() && {
  for (const ast::Comment& comment : attach_comments(so_far(), tokens_, sources_))
    builder_.add_comment(comment);
  return std::move(builder_).finish();
}

void TreeBuilder::report_syntax_error(TokenStream& stream, std::vector<TokenKind> expected) {
  if (stream.recover())
    parser::report_syntax_error(stream, std::move(expected), sources_, diagnostics_);
}

// Called once for each new node, whose children are known.
bool TreeBuilder::too_deep(NodeId id) {
  children_.clear();
  append_children(so_far(), id, children_);
  std::uint16_t depth = 1;
  for (NodeId child : children_)
    depth = std::max<std::uint16_t>(depth, depths_[to_index(child)] + 1);
  depths_.push_back(depth);
  if (depth <= kMaxDepth) return false;
  if (!reported_depth_)
    diagnostics_.report(DiagnosticKind::kNesting, so_far().span(id),
                        concat("this is nested more than ", kMaxDepth, " levels deep"));
  reported_depth_ = true;
  return true;
}

// ---- expressions ----

NodeId TreeBuilder::integer(TokenId token) {
  return add(span(token), ast::IntegerLiteral{tokens_[token].value});
}
NodeId TreeBuilder::string(TokenId token) {
  return add(span(token), ast::StringLiteral{tokens_.string(tokens_[token])});
}
NodeId TreeBuilder::boolean(TokenId token, bool value) {
  return add(span(token), ast::BoolLiteral{value});
}
NodeId TreeBuilder::variable(TokenId token) {
  return add(span(token), ast::Variable{text(token)});
}
NodeId TreeBuilder::map(TokenId token) {
  return add(span(token), ast::Map{text(token)});
}
NodeId TreeBuilder::positional(TokenId token) {
  return add(span(token), ast::PositionalParameter{tokens_[token].value});
}
NodeId TreeBuilder::parameter_count(TokenId token) {
  return add(span(token), ast::ParameterCount{});
}
NodeId TreeBuilder::identifier(TokenId token) {
  return add(span(token), ast::Identifier{text(token)});
}

NodeId TreeBuilder::call(Span span, TokenId name, NodeList arguments, bool with_bang) {
  return add(span, ast::Call{.name = text(name),
                             .name_span = this->span(name),
                             .arguments = std::move(arguments),
                             .with_bang = with_bang});
}

NodeId TreeBuilder::paren(Span span, NodeId expression) {
  return add(span, ast::Paren{expression});
}

NodeId TreeBuilder::tuple(Span span, NodeList elements) {
  return add(span, ast::Tuple{std::move(elements)});
}
NodeId TreeBuilder::tuple(Span span, NodeId first, NodeList others) {
  others.insert(others.begin(), first);
  return tuple(span, std::move(others));
}

NodeId TreeBuilder::record(Span span, ast::Record record) {
  return add(span, std::move(record));
}

ast::Record TreeBuilder::add_member(ast::Record before, TokenId name, NodeId value) {
  before.members.push_back({.name = text(name), .name_span = span(name), .value = value});
  return before;
}

NodeId TreeBuilder::field(Span span, NodeId base, TokenId name, bool with_arrow) {
  return add(span, ast::FieldAccess{.base = base,
                                    .name = text(name),
                                    .name_span = this->span(name),
                                    .with_arrow = with_arrow});
}

NodeId TreeBuilder::tuple_access(Span span, NodeId base, TokenId index) {
  if (so_far().is<ast::IntegerLiteral>(base))
    diagnostics_.report(DiagnosticKind::kBadNumber, span,
                        concat("`", sources_.text(span), "` is no number: there are no fractions"));
  return add(span, ast::TupleAccess{base, tokens_[index].value});
}

NodeId TreeBuilder::index(Span span, NodeId base, NodeList indices) {
  return add(span, ast::Index{base, std::move(indices)});
}

NodeId TreeBuilder::unary(Span span, ast::UnaryOp op, Span op_span, NodeId operand) {
  using enum ast::UnaryOp;
  NodeId target = so_far().without_parens(operand);
  if (op == kAddressOf) {
    bool whole = so_far().is<ast::Variable>(target) || so_far().is<ast::Map>(target);
    if (is_map_element(target))
      diagnostics_.report(DiagnosticKind::kBadAddress, so_far().span(operand),
                          "a map element has no address");
    else if (!whole)
      diagnostics_.report(DiagnosticKind::kBadAddress, so_far().span(operand),
                          "only a variable or a map has an address");
  } else if (op == kPreIncrement || op == kPostIncrement) {
    if (!is_assignable(target)) report_target(operand, "incremented");
  } else if (op == kPreDecrement || op == kPostDecrement) {
    if (!is_assignable(target)) report_target(operand, "decremented");
  }
  return add(span, ast::Unary{.op = op, .operand = operand, .op_span = op_span});
}

NodeId TreeBuilder::binary(Span span, ast::BinaryOp op, NodeId left, Span op_span, NodeId right) {
  return add(span, ast::Binary{.op = op, .left = left, .right = right, .op_span = op_span});
}

NodeId TreeBuilder::ternary(Span span, NodeId condition, NodeId when_true, NodeId when_false) {
  return add(span, ast::Ternary{condition, when_true, when_false});
}
NodeId TreeBuilder::cast(Span span, NodeId type, NodeId operand) {
  return add(span, ast::Cast{type, operand});
}
NodeId TreeBuilder::comptime(Span span, NodeId operand) {
  return add(span, ast::Comptime{operand});
}
NodeId TreeBuilder::size_of(Span span, NodeId operand) {
  return add(span, ast::SizeOf{operand});
}
NodeId TreeBuilder::type_info(Span span, NodeId operand) {
  return add(span, ast::TypeInfo{operand});
}
NodeId TreeBuilder::type_of(Span span, NodeId operand) {
  return add(span, ast::TypeOf{operand});
}

NodeId TreeBuilder::tagged_argument(Span span, ast::TypeBase base, TokenId name) {
  return type_of(span, type(span, tagged_type(base, name)));
}

NodeId TreeBuilder::offset_of(Span span, NodeId operand, Span path_span, ast::OffsetOf path) {
  path.operand = operand;
  path.path_span = path_span;
  return add(span, std::move(path));
}
ast::OffsetOf TreeBuilder::begin_path(TokenId name) {
  return extend_path({}, name);
}
ast::OffsetOf TreeBuilder::extend_path(ast::OffsetOf path, TokenId name) {
  path.path.push_back(text(name));
  return path;
}

// ---- types ----

NodeId TreeBuilder::type(Span span, ast::TypeName type) {
  return add(span, std::move(type));
}

ast::TypeName TreeBuilder::pointer_to(ast::TypeName type) {
  type.suffixes.push_back({ast::TypeName::Suffix::Kind::kPointer, NodeId::kNone});
  return type;
}
ast::TypeName TreeBuilder::array_of(ast::TypeName type, NodeId length) {
  type.suffixes.push_back({ast::TypeName::Suffix::Kind::kArray, length});
  return type;
}
ast::TypeName TreeBuilder::tagged_type(ast::TypeBase base, TokenId name) {
  return {.base = base, .name = text(name), .operand = NodeId::kNone, .suffixes = {}};
}
ast::TypeName TreeBuilder::type_of_operand(NodeId operand) {
  return {.base = ast::TypeBase::kTypeOf, .name = {}, .operand = operand, .suffixes = {}};
}

// `unsigned long`, `const char`: words of C, of which qualifiers change nothing and are left out.
ast::TypeName TreeBuilder::type_word(ast::TypeName before, TokenId word) {
  std::string name = text(word);
  NameClass name_class = classify_name(name);
  if (name_class == NameClass::kCQualifier) return before;
  auto last_space = before.name.rfind(' ');
  std::string last = before.name.substr(last_space == std::string::npos ? 0 : last_space + 1);
  bool go_together =
      name_class == NameClass::kCTypeWord && classify_name(last) == NameClass::kCTypeWord;
  if (!before.name.empty() && !go_together)
    diagnostics_.report(DiagnosticKind::kSyntax, span(word),
                        concat("unexpected `", name, "` behind the type `", before.name, "`"));
  if (!before.name.empty()) before.name += ' ';
  before.name += name;
  return before;
}

// ---- targets ----

bool TreeBuilder::is_map_element(NodeId id) const {
  const auto* index = so_far().get_if<ast::Index>(id);
  return index && so_far().is<ast::Map>(index->base);
}
bool TreeBuilder::is_assignable(NodeId id) const {
  return so_far().is<ast::Variable>(id) || so_far().is<ast::Map>(id) || is_map_element(id);
}

void TreeBuilder::report_target(NodeId target, std::string_view action) {
  NodeId id = so_far().without_parens(target);
  auto report = diagnostics_.report(
      DiagnosticKind::kBadAssignmentTarget, so_far().span(target),
      concat("`", sources_.text(so_far().span(target)), "` cannot be ", action));
  report.note("variables, maps and map elements can");
  if (const auto* name = so_far().get_if<ast::Identifier>(id))
    report.hint(concat("a variable is written `$", name->name, "`"));
  if (so_far().is<ast::TupleAccess>(id)) report.hint("build a new tuple and assign that");
  if (const auto* access = so_far().get_if<ast::FieldAccess>(id);
      access && so_far().is<ast::Variable>(access->base))
    report.hint("structures are read-only; a record is changed by building a new one");
}

}  // namespace sonde::parser
