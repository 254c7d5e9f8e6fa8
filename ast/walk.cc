// The children of every kind of node. There is no generic overload: a node struct without one here
// does not compile.
#include "ast/walk.h"

namespace sonde::ast {
namespace {

class Lister {
 public:
  explicit Lister(NodeList& out) : out_(out) {}

  void operator()(std::monostate) {}
  void operator()(const IntegerLiteral&) {}
  void operator()(const StringLiteral&) {}
  void operator()(const BoolLiteral&) {}
  void operator()(const PositionalParameter&) {}
  void operator()(const ParameterCount&) {}
  void operator()(const Variable&) {}
  void operator()(const Map&) {}
  void operator()(const Identifier&) {}
  void operator()(const Paren& node) { list(node.expression); }
  void operator()(const Call& node) { list(node.arguments); }
  void operator()(const Index& node) {
    list(node.base);
    list(node.indices);
  }
  void operator()(const FieldAccess& node) { list(node.base); }
  void operator()(const TupleAccess& node) { list(node.base); }
  void operator()(const Unary& node) { list(node.operand); }
  void operator()(const Binary& node) {
    list(node.left);
    list(node.right);
  }
  void operator()(const Ternary& node) {
    list(node.condition);
    list(node.when_true);
    list(node.when_false);
  }
  void operator()(const Cast& node) {
    list(node.type);
    list(node.operand);
  }
  void operator()(const Tuple& node) { list(node.elements); }
  void operator()(const Record& node) {
    for (const Record::Member& member : node.members) list(member.value);
  }
  void operator()(const SizeOf& node) { list(node.operand); }
  void operator()(const OffsetOf& node) { list(node.operand); }
  void operator()(const TypeInfo& node) { list(node.operand); }
  void operator()(const TypeOf& node) { list(node.operand); }
  void operator()(const Comptime& node) { list(node.operand); }
  void operator()(const Range& node) {
    list(node.begin);
    list(node.end);
  }
  void operator()(const Block& node) {
    list(node.statements);
    list(node.value);
  }
  void operator()(const If& node) {
    list(node.condition);
    list(node.when_true);
    list(node.when_false);
  }
  void operator()(const ExpressionStatement& node) { list(node.expression); }
  void operator()(const Assign& node) {
    list(node.target);
    list(node.value);
  }
  void operator()(const Let& node) {
    list(node.variable);
    list(node.type);
    list(node.value);
  }
  void operator()(const Discard& node) { list(node.value); }
  void operator()(const Jump& node) { list(node.value); }
  void operator()(const While& node) {
    list(node.condition);
    list(node.body);
  }
  void operator()(const Unroll& node) {
    list(node.count);
    list(node.body);
  }
  void operator()(const For& node) {
    list(node.variable);
    list(node.iterable);
    list(node.body);
  }
  void operator()(const ImportStatement&) {}
  void operator()(const TypeName& node) {
    list(node.operand);
    for (const TypeName::Suffix& suffix : node.suffixes) list(suffix.length);
  }
  void operator()(const AttachPoint&) {}
  void operator()(const Probe& node) {
    list(node.attach_points);
    list(node.predicate);
    list(node.body);
  }
  void operator()(const Macro& node) { list(node.body); }
  void operator()(const Function& node) {
    for (const Function::Parameter& parameter : node.parameters) list(parameter.type);
    list(node.return_type);
    list(node.body);
  }
  void operator()(const MapDeclaration&) {}
  void operator()(const Config&) {}
  void operator()(const Import&) {}
  void operator()(const CDefinition&) {}

 private:
  void list(NodeId id) {
    if (exists(id)) out_.push_back(id);
  }
  void list(const NodeList& ids) { out_.insert(out_.end(), ids.begin(), ids.end()); }

  NodeList& out_;
};

}  // namespace

void append_children(const Program& program, NodeId id, NodeList& out) {
  program.visit(id, Lister(out));
}

bool ends_in_value(const Program& program, NodeId id) {
  if (const auto* block = program.get_if<Block>(id)) return exists(block->value);
  for (const auto* branch = program.get_if<If>(id); branch;) {
    if (!exists(program.get<Block>(branch->when_true).value)) return false;
    const auto* next = program.get_if<If>(branch->when_false);
    if (!next) return exists(branch->when_false) && ends_in_value(program, branch->when_false);
    branch = next;
  }
  return false;
}

}  // namespace sonde::ast
