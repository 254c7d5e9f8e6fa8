// The parts of the formatter that know the tree: expressions and types (format_expression.cc),
// statements and items (format.cc). Both add pieces to one Layout. Private to the formatter.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "ast/format_layout.h"
#include "lexer/base/source_map.h"

namespace sonde::ast {

class Formatter {
 public:
  Formatter(const Program& program, const SourceMap& sources)
      : program_(program), sources_(sources) {}
  std::string run();

  // ---- expressions, one overload per kind ----
  Piece operator()(std::monostate) { return text(""); }
  Piece operator()(const IntegerLiteral&) { return source_text(); }
  Piece operator()(const StringLiteral&) { return source_text(); }
  Piece operator()(const BoolLiteral&) { return source_text(); }
  Piece operator()(const PositionalParameter&) { return source_text(); }
  Piece operator()(const ParameterCount&) { return source_text(); }
  Piece operator()(const Variable& node) { return text(node.name); }
  Piece operator()(const Map& node) { return text(node.name); }
  Piece operator()(const Identifier& node) { return text(node.name); }
  Piece operator()(const Paren& node);
  Piece operator()(const Call& node);
  Piece operator()(const Index& node);
  Piece operator()(const FieldAccess& node);
  Piece operator()(const TupleAccess& node);
  Piece operator()(const Unary& node);
  Piece operator()(const Binary& node);
  Piece operator()(const Ternary& node);
  Piece operator()(const Cast& node);
  Piece operator()(const Tuple& node);
  Piece operator()(const Record& node);
  Piece operator()(const SizeOf& node) { return operand_of("sizeof", node.operand); }
  Piece operator()(const OffsetOf& node);
  Piece operator()(const TypeInfo& node) { return operand_of("typeinfo", node.operand); }
  Piece operator()(const TypeOf& node) { return operand_of("typeof", node.operand); }
  Piece operator()(const Comptime& node);
  Piece operator()(const Range& node);
  Piece operator()(const TypeName& node);

  // ---- statements: without the semicolon ----
  Piece operator()(const Block& node);
  Piece operator()(const If& node);
  Piece operator()(const ExpressionStatement& node) { return print(node.expression); }
  Piece operator()(const Assign& node);
  Piece operator()(const Let& node);
  Piece operator()(const Discard& node);
  Piece operator()(const Jump& node);
  Piece operator()(const While& node);
  Piece operator()(const Unroll& node);
  Piece operator()(const For& node);
  Piece operator()(const ImportStatement& node);

  // ---- items ----
  Piece operator()(const AttachPoint& node) { return text(node.text); }
  Piece operator()(const Probe& node);
  Piece operator()(const Macro& node);
  Piece operator()(const Function& node);
  Piece operator()(const MapDeclaration& node);
  Piece operator()(const Config& node);
  Piece operator()(const Import& node);
  Piece operator()(const CDefinition& node) { return text(node.text); }

 private:
  using Comments = std::vector<Span>;
  // What has been printed of a sequence of statements, entries or items.
  struct Sequence {
    std::vector<Piece> parts;
    std::uint32_t end = 0;  // where the last thing printed ends in the source
    bool empty = true;
  };

  Piece print(NodeId id);
  Piece text(std::string_view text) { return layout_.text(text); }
  Piece join(std::vector<Piece> parts) { return layout_.join(std::move(parts)); }
  Piece source_text() { return text(sources_.text(program_.span(current_))); }
  Piece operand_of(std::string_view keyword, NodeId operand);
  Piece list(std::string_view open, const NodeList& items, std::string_view close);
  std::string first_bytes(NodeId id) const;
  NodeId leftmost(NodeId expression) const;

  // The body of a block, on lines of its own, or on one line in a group that fits.
  enum class Breaks : bool { kIfLong, kAlways };
  Piece block(NodeId id, Breaks breaks);
  Piece if_chain(NodeId id, Breaks breaks);
  Breaks breaks_of(NodeId block) const;
  bool is_compound(NodeId id) const;
  Piece statement(NodeId id, bool is_value, bool is_last);
  void begin_line(Sequence& sequence, std::uint32_t begin, bool force_blank, Piece separator);
  void append_comment(Sequence& sequence, Span comment, bool force_blank, Piece separator);
  void append_node(Sequence& sequence, NodeId id, Piece printed, bool force_blank, Piece separator);
  bool blank_between(std::uint32_t end, std::uint32_t begin) const;
  bool on_one_line(std::uint32_t end, std::uint32_t begin) const;
  const Comments& comments(NodeId owner, CommentPlace place) const;

  const Program& program_;
  const SourceMap& sources_;
  Layout layout_;
  NodeId current_ = NodeId::kNone;  // what print() is at
  std::map<std::pair<NodeId, CommentPlace>, Comments> comments_;
};

}  // namespace sonde::ast
