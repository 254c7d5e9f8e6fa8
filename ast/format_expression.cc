// Expressions and types. Operators stand between blanks, which also keeps `- -$x` and `$a / *$p`
// from being read as other tokens.
#include <utility>

#include "ast/format_printer.h"
#include "lexer/base/concat.h"

namespace sonde::ast {
namespace {

constexpr unsigned kContinuation = 4;

}  // namespace

Piece Formatter::print(NodeId id) {
  NodeId outer = std::exchange(current_, id);
  Piece piece = program_.visit(id, *this);
  current_ = outer;
  return piece;
}

// `open` a, b, c `close`; in a broken list every element has its line, a single one keeps to the
// brackets.
Piece Formatter::list(std::string_view open, const NodeList& items, std::string_view close) {
  std::vector<Piece> parts;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) parts.insert(parts.end(), {text(","), layout_.line()});
    parts.push_back(print(items[i]));
  }
  Piece inner = layout_.indent(items.size() == 1 ? 0 : kContinuation, join(std::move(parts)));
  return layout_.group(join({text(open), inner, text(close)}));
}

Piece Formatter::operand_of(std::string_view keyword, NodeId operand) {
  return join({text(keyword), text("("), print(operand), text(")")});
}

// What the text of a unary expression begins with.
std::string Formatter::first_bytes(NodeId id) const {
  const auto* unary = program_.get_if<Unary>(id);
  if (!unary || unary->op == UnaryOp::kPostIncrement || unary->op == UnaryOp::kPostDecrement)
    return {};
  return std::string(spelling(unary->op));
}

// The operand or prefix operator that the text of an expression begins with.
NodeId Formatter::leftmost(NodeId id) const {
  for (;;) {
    if (const auto* binary = program_.get_if<Binary>(id))
      id = binary->left;
    else if (const auto* ternary = program_.get_if<Ternary>(id))
      id = ternary->condition;
    else if (const auto* index = program_.get_if<Index>(id))
      id = index->base;
    else if (const auto* field = program_.get_if<FieldAccess>(id))
      id = field->base;
    else if (const auto* element = program_.get_if<TupleAccess>(id))
      id = element->base;
    else
      return id;
  }
}

Piece Formatter::operator()(const Paren& node) {
  return join({text("("), print(node.expression), text(")")});
}
Piece Formatter::operator()(const Call& node) {
  return list(concat(node.name, node.with_bang ? "!(" : "("), node.arguments, ")");
}
Piece Formatter::operator()(const Index& node) {
  return join({print(node.base), list("[", node.indices, "]")});
}
Piece Formatter::operator()(const FieldAccess& node) {
  return join({print(node.base), text(node.with_arrow ? "->" : "."), text(node.name)});
}
Piece Formatter::operator()(const TupleAccess& node) {
  return join({print(node.base), text(concat('.', node.index))});
}

Piece Formatter::operator()(const Unary& node) {
  std::string op(spelling(node.op));
  if (node.op == UnaryOp::kPostIncrement || node.op == UnaryOp::kPostDecrement)
    return join({print(node.operand), text(op)});
  std::string next = first_bytes(node.operand);
  bool would_join = !next.empty() && next[0] == op[0] && (op[0] == '-' || op[0] == '+');
  return join({text(would_join ? op + ' ' : op), print(node.operand)});
}

Piece Formatter::operator()(const Binary& node) {
  Piece left = print(node.left);
  Piece right = print(node.right);
  return layout_.group(join({left, text(concat(' ', spelling(node.op))),
                             layout_.indent(kContinuation, join({layout_.line(), right}))}));
}

Piece Formatter::operator()(const Ternary& node) {
  Piece condition = print(node.condition);
  if (!exists(node.when_true))
    return layout_.group(join(
        {condition, layout_.indent(kContinuation,
                                   join({layout_.line(), text("?: "), print(node.when_false)}))}));
  Piece when_true = print(node.when_true);
  Piece when_false = print(node.when_false);
  return layout_.group(join(
      {condition, layout_.indent(kContinuation, join({layout_.line(), text("? "), when_true,
                                                      layout_.line(), text(": "), when_false}))}));
}

Piece Formatter::operator()(const Cast& node) {
  return join({text("("), print(node.type), text(")"), print(node.operand)});
}

Piece Formatter::operator()(const Tuple& node) {
  return list("(", node.elements, node.elements.size() == 1 ? ",)" : ")");
}

Piece Formatter::operator()(const Record& node) {
  std::vector<Piece> parts = {text("(")};
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    if (i > 0) parts.insert(parts.end(), {text(","), layout_.line()});
    parts.insert(parts.end(),
                 {text(concat(node.members[i].name, " = ")), print(node.members[i].value)});
  }
  return layout_.group(join({layout_.indent(kContinuation, join(std::move(parts))), text(")")}));
}

Piece Formatter::operator()(const OffsetOf& node) {
  std::string path;
  for (const std::string& name : node.path) path += concat(path.empty() ? ", " : ".", name);
  return join({text("offsetof("), print(node.operand), text(concat(path, ")"))});
}

Piece Formatter::operator()(const Comptime& node) {
  return join({text("comptime "), print(node.operand)});
}
Piece Formatter::operator()(const Range& node) {
  return join({print(node.begin), text(".."), print(node.end)});
}

Piece Formatter::operator()(const TypeName& node) {
  constexpr std::string_view kBases[] = {"", "struct ", "union ", "enum ", ""};
  std::vector<Piece> parts = {text(concat(kBases[to_index(node.base)], node.name))};
  if (node.base == TypeBase::kTypeOf) parts.push_back(operand_of("typeof", node.operand));
  for (const TypeName::Suffix& suffix : node.suffixes) {
    if (suffix.kind == TypeName::Suffix::Kind::kPointer) {
      parts.push_back(text("*"));
      continue;
    }
    parts.push_back(text("["));
    if (exists(suffix.length)) parts.push_back(print(suffix.length));
    parts.push_back(text("]"));
  }
  return join(std::move(parts));
}

}  // namespace sonde::ast
