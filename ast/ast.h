// The abstract syntax tree: what the parser read, nothing resolved. A Program owns all its nodes in
// one vector; NodeId indexes it and is what nodes hold of each other. Ids are given in the order
// nodes are completed, so children have smaller ids than their parents.
//
// Invariant: a Program never changes after ProgramBuilder::finish(). Types, resolutions and every
// other finding live in side tables indexed by NodeId; a stage that changes the tree (compose)
// builds a new Program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lexer/base/dense_id.h"
#include "lexer/base/span.h"

namespace sonde::ast {

enum class NodeId : std::uint32_t { kNone = 0xffffffff };
using NodeList = std::vector<NodeId>;
inline bool exists(NodeId id) {
  return id != NodeId::kNone;
}

enum class UnaryOp : std::uint8_t {
  kNot,            // !e
  kBitNot,         // ~e
  kNegate,         // -e
  kDereference,    // *e
  kAddressOf,      // &$v, &@m
  kPreIncrement,   // ++e
  kPreDecrement,   // --e
  kPostIncrement,  // e++
  kPostDecrement,  // e--
};

// The binary operators in the order of their precedence, loosest first. A compound assignment names
// one too.
enum class BinaryOp : std::uint8_t {
  kLogicalOr,
  kLogicalAnd,
  kBitOr,
  kBitXor,
  kBitAnd,
  kEqual,
  kNotEqual,
  kLess,
  kGreater,
  kLessEqual,
  kGreaterEqual,
  kShiftLeft,
  kShiftRight,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
};

std::string_view spelling(UnaryOp op);
std::string_view spelling(BinaryOp op);

// ---- expressions ----

struct IntegerLiteral {
  std::uint64_t value = 0;  // durations are already nanoseconds
};
struct StringLiteral {
  std::string value;  // escapes resolved
};
struct BoolLiteral {
  bool value = false;
};
struct PositionalParameter {
  std::uint64_t index = 0;  // 1-based
};
struct ParameterCount {};  // $#
struct Variable {
  std::string name;  // with its `$`
};
struct Map {
  std::string name;  // with its `@`; the anonymous map is "@"
};
struct Identifier {
  std::string name;
};
struct Paren {
  NodeId expression = NodeId::kNone;
};
struct Call {
  std::string name;
  Span name_span;
  NodeList arguments;      // expressions, or TypeOf
  bool with_bang = false;  // name!(…)
};
// base[i], @m[a, b]: a map element when `base` is a Map.
struct Index {
  NodeId base = NodeId::kNone;
  NodeList indices;
};
struct FieldAccess {
  NodeId base = NodeId::kNone;
  std::string name;
  Span name_span;
  bool with_arrow = false;
};
struct TupleAccess {
  NodeId base = NodeId::kNone;
  std::uint64_t index = 0;
};
struct Unary {
  UnaryOp op{};
  NodeId operand = NodeId::kNone;
  Span op_span;
};
struct Binary {
  BinaryOp op{};
  NodeId left = NodeId::kNone;
  NodeId right = NodeId::kNone;
  Span op_span;
};
struct Ternary {
  NodeId condition = NodeId::kNone;
  NodeId when_true = NodeId::kNone;  // none in the short form `c ?: b`
  NodeId when_false = NodeId::kNone;
};
struct Cast {
  NodeId type = NodeId::kNone;
  NodeId operand = NodeId::kNone;
};
struct Tuple {
  NodeList elements;
};
struct Record {
  struct Member {
    std::string name;
    Span name_span;
    NodeId value = NodeId::kNone;
  };
  std::vector<Member> members;
};
// sizeof, typeinfo, typeof: `operand` is a TypeName or an expression.
struct SizeOf {
  NodeId operand = NodeId::kNone;
};
struct OffsetOf {
  NodeId operand = NodeId::kNone;
  std::vector<std::string> path;
  Span path_span;
};
struct TypeInfo {
  NodeId operand = NodeId::kNone;
};
struct TypeOf {
  NodeId operand = NodeId::kNone;
};
struct Comptime {
  NodeId operand = NodeId::kNone;
};
struct Range {
  NodeId begin = NodeId::kNone;  // inclusive
  NodeId end = NodeId::kNone;    // exclusive
};

// ---- blocks and control flow ----

struct Block {
  NodeList statements;
  NodeId value = NodeId::kNone;  // the last expression, written without a semicolon
};
struct If {
  bool comptime = false;
  NodeId condition = NodeId::kNone;
  NodeId when_true = NodeId::kNone;   // Block
  NodeId when_false = NodeId::kNone;  // Block, If or none
};

// ---- statements ----

struct ExpressionStatement {
  NodeId expression = NodeId::kNone;
};
struct Assign {
  NodeId target = NodeId::kNone;  // Variable, Map, or Index of a Map
  std::optional<BinaryOp> op;     // of a compound assignment
  NodeId value = NodeId::kNone;
};
struct Let {
  NodeId variable = NodeId::kNone;  // Variable
  NodeId type = NodeId::kNone;      // TypeName or none
  NodeId value = NodeId::kNone;     // expression or none
};
struct Discard {  // _ = e
  NodeId value = NodeId::kNone;
};
enum class JumpKind : std::uint8_t { kBreak, kContinue, kReturn };
struct Jump {
  JumpKind kind{};
  NodeId value = NodeId::kNone;  // of return, or none
};
struct While {
  NodeId condition = NodeId::kNone;
  NodeId body = NodeId::kNone;
};
struct Unroll {
  NodeId count = NodeId::kNone;
  NodeId body = NodeId::kNone;
};
struct For {
  NodeId variable = NodeId::kNone;
  NodeId iterable = NodeId::kNone;  // Range, Map or another expression, which sema refuses
  NodeId body = NodeId::kNone;
};
struct ImportStatement {
  std::string path;
};

// ---- types as written ----

enum class TypeBase : std::uint8_t { kNamed, kStruct, kUnion, kEnum, kTypeOf };
struct TypeName {
  struct Suffix {
    enum class Kind : std::uint8_t { kPointer, kArray } kind{};
    NodeId length = NodeId::kNone;  // of an array: an expression, or none for `[]`
  };
  TypeBase base{};
  std::string name;                // may be several words: `unsigned long`
  NodeId operand = NodeId::kNone;  // of typeof
  std::vector<Suffix> suffixes;    // in written order
};

// ---- root-level items ----

struct AttachPoint {
  std::string text;  // raw, as written; sema/probe_spec reads it after compose
};
struct Probe {
  NodeList attach_points;
  NodeId predicate = NodeId::kNone;
  NodeId body = NodeId::kNone;  // Block
};
struct Macro {
  enum class ParameterKind : std::uint8_t { kExpression, kVariable, kMap };
  struct Parameter {
    ParameterKind kind{};
    std::string name;  // with `$` or `@`
    Span span;
  };
  std::string name;
  Span name_span;
  bool with_parentheses = true;
  std::vector<Parameter> parameters;
  NodeId body = NodeId::kNone;
};
struct Function {
  struct Parameter {
    std::string name;
    Span span;
    NodeId type = NodeId::kNone;
  };
  std::string name;
  Span name_span;
  std::vector<Parameter> parameters;
  NodeId return_type = NodeId::kNone;
  NodeId body = NodeId::kNone;
};
struct MapDeclaration {
  std::string name;
  std::string kind;
  Span kind_span;
  std::uint64_t max_entries = 0;
  Span max_entries_span;
};
struct Config {
  enum class ValueKind : std::uint8_t { kInteger, kString, kWord, kBool };
  struct Entry {
    std::string key;
    Span key_span;
    ValueKind kind{};
    std::string text;           // of a string or word
    std::uint64_t integer = 0;  // of an integer; 0 or 1 of a bool
    Span value_span;
  };
  std::vector<Entry> entries;
};
struct Import {
  std::string path;
};
// A preprocessor line or a struct, union or enum definition, as written.
struct CDefinition {
  std::string text;
};

enum class NodeKind : std::uint8_t {
#define NODE(name) k##name,
#include "ast/nodes.def"
#undef NODE
  kCount
};
std::string_view node_kind_name(NodeKind kind);

using NodeData = std::variant<std::monostate
#define NODE(name) , name
#include "ast/nodes.def"
#undef NODE
                              >;

struct Node {
  Span span;
  NodeData data;
};

// Where a comment goes when the tree is printed again.
enum class CommentPlace : std::uint8_t {
  kLeading,   // on lines of its own before the node
  kTrailing,  // behind the node on its line
  kInner,  // inside a node that has nothing else to hang it on (an empty block, the end of a block)
};
struct Comment {
  NodeId owner = NodeId::kNone;  // none: at the end of the file
  CommentPlace place{};
  Span span;  // with its marks
};

class Program {
 public:
  FileId file() const { return file_; }
  // Without its line end; empty when there is none.
  std::string_view shebang() const { return shebang_; }
  const NodeList& items() const { return items_; }                    // in written order
  const std::vector<Comment>& comments() const { return comments_; }  // in written order
  std::size_t node_count() const { return nodes_.size(); }

  const Node& node(NodeId id) const { return nodes_[id]; }
  Span span(NodeId id) const { return nodes_[id].span; }
  NodeKind kind(NodeId id) const { return static_cast<NodeKind>(nodes_[id].data.index() - 1); }
  template <typename T>
  bool is(NodeId id) const {
    return std::holds_alternative<T>(nodes_[id].data);
  }
  template <typename T>
  const T& get(NodeId id) const {
    const T* data = std::get_if<T>(&nodes_[id].data);
    CHECK(data);
    return *data;
  }
  template <typename T>
  const T* get_if(NodeId id) const {
    return exists(id) ? std::get_if<T>(&nodes_[id].data) : nullptr;
  }
  template <typename Visitor>
  decltype(auto) visit(NodeId id, Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), nodes_[id].data);
  }
  // The expression inside any number of parentheses.
  NodeId without_parens(NodeId id) const {
    while (const Paren* paren = get_if<Paren>(id)) id = paren->expression;
    return id;
  }

 private:
  friend class ProgramBuilder;
  FileId file_ = FileId::kNone;
  std::string shebang_;
  IdVector<NodeId, Node> nodes_;
  NodeList items_;
  std::vector<Comment> comments_;
};

// The only way to make a Program.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(FileId file) { program_.file_ = file; }
  template <typename T>
  NodeId add(Span span, T data) {
    return program_.nodes_.push_back({span, NodeData(std::move(data))});
  }
  const Program& so_far() const { return program_; }
  void add_item(NodeId item) { program_.items_.push_back(item); }
  void add_comment(Comment comment) { program_.comments_.push_back(comment); }
  void set_shebang(std::string line) { program_.shebang_ = std::move(line); }
  Program finish() && { return std::move(program_); }

 private:
  Program program_;
};

}  // namespace sonde::ast
