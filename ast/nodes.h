// What each kind of node holds, one passive struct per row of nodes.def. Nodes refer to each other
// by NodeId; a missing part is NodeId::kNone. Names and texts are as the script spells them, values
// are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  // Variables of one name and another instance are not the same: those of a macro's body are its
  // expansion's own. 0: the script's.
  std::uint32_t instance = 0;
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

}  // namespace sonde::ast
