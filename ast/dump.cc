// One overload per kind of node, so that a new kind cannot be forgotten. Texts are quoted as in
// JSON, which keeps a dump on one line per node whatever the program contains.
#include "ast/dump.h"

#include "lexer/base/concat.h"
#include "lexer/base/json.h"

namespace sonde::ast {
namespace {

class Dumper {
 public:
  Dumper(const Program& program, const SourceMap* sources) : program_(program), sources_(sources) {}

  std::string run() {
    out_ = "Program";
    if (!program_.shebang().empty()) quoted(program_.shebang());
    out_ += '\n';
    depth_ = 1;
    for (NodeId item : program_.items()) node(item);
    if (sources_)
      for (const Comment& comment : program_.comments()) dump_comment(comment);
    return std::move(out_);
  }

  void operator()(std::monostate) {}
  void operator()(const IntegerLiteral& n) { word(n.value); }
  void operator()(const StringLiteral& n) { quoted(n.value); }
  void operator()(const BoolLiteral& n) { word(n.value); }
  void operator()(const PositionalParameter& n) { word(concat('$', n.index)); }
  void operator()(const ParameterCount&) {}
  void operator()(const Variable& n) {
    word(n.name);
    if (n.instance != 0) word(concat('#', n.instance));
  }
  void operator()(const Map& n) { word(n.name); }
  void operator()(const Identifier& n) { word(n.name); }
  void operator()(const Paren& n) { child({}, n.expression); }
  void operator()(const Call& n) {
    word(n.name);
    if (n.with_bang) word("!");
    children({}, n.arguments);
  }
  void operator()(const Index& n) {
    child({}, n.base);
    children("key", n.indices);
  }
  void operator()(const FieldAccess& n) {
    word(concat(n.with_arrow ? "->" : ".", n.name));
    child({}, n.base);
  }
  void operator()(const TupleAccess& n) {
    word(concat('.', n.index));
    child({}, n.base);
  }
  void operator()(const Unary& n) {
    bool behind = n.op == UnaryOp::kPostIncrement || n.op == UnaryOp::kPostDecrement;
    word(behind ? concat("postfix ", spelling(n.op)) : std::string(spelling(n.op)));
    child({}, n.operand);
  }
  void operator()(const Binary& n) {
    word(spelling(n.op));
    child({}, n.left);
    child({}, n.right);
  }
  void operator()(const Ternary& n) {
    child({}, n.condition);
    child("true", n.when_true);
    child("false", n.when_false);
  }
  void operator()(const Cast& n) {
    child({}, n.type);
    child({}, n.operand);
  }
  void operator()(const Tuple& n) { children({}, n.elements); }
  void operator()(const Record& n) {
    for (const Record::Member& member : n.members) child(member.name, member.value);
  }
  void operator()(const SizeOf& n) { child({}, n.operand); }
  void operator()(const OffsetOf& n) {
    std::string path;
    for (const std::string& name : n.path) path += concat(path.empty() ? "" : ".", name);
    word(path);
    child({}, n.operand);
  }
  void operator()(const TypeInfo& n) { child({}, n.operand); }
  void operator()(const TypeOf& n) { child({}, n.operand); }
  void operator()(const Comptime& n) { child({}, n.operand); }
  void operator()(const Range& n) {
    child({}, n.begin);
    child({}, n.end);
  }
  void operator()(const Block& n) {
    children({}, n.statements);
    child("value", n.value);
  }
  void operator()(const If& n) {
    if (n.comptime) word("comptime");
    child({}, n.condition);
    child("then", n.when_true);
    child("else", n.when_false);
  }
  void operator()(const ExpressionStatement& n) { child({}, n.expression); }
  void operator()(const Assign& n) {
    word(concat(n.op ? spelling(*n.op) : std::string_view(), '='));
    child({}, n.target);
    child({}, n.value);
  }
  void operator()(const Let& n) {
    child({}, n.variable);
    child("type", n.type);
    child("value", n.value);
  }
  void operator()(const Discard& n) { child({}, n.value); }
  void operator()(const Jump& n) {
    constexpr std::string_view kKinds[] = {"break", "continue", "return"};
    word(kKinds[to_index(n.kind)]);
    child({}, n.value);
  }
  void operator()(const While& n) {
    child({}, n.condition);
    child({}, n.body);
  }
  void operator()(const Unroll& n) {
    child({}, n.count);
    child({}, n.body);
  }
  void operator()(const For& n) {
    child({}, n.variable);
    child("in", n.iterable);
    child({}, n.body);
  }
  void operator()(const ImportStatement& n) { quoted(n.path); }
  void operator()(const TypeName& n) {
    constexpr std::string_view kBases[] = {"", "struct ", "union ", "enum ", "typeof"};
    std::string text = concat(kBases[to_index(n.base)], n.name);
    for (const TypeName::Suffix& suffix : n.suffixes)
      text += suffix.kind == TypeName::Suffix::Kind::kPointer ? "*" : "[]";
    quoted(text);
    child("of", n.operand);
    for (const TypeName::Suffix& suffix : n.suffixes) child("length", suffix.length);
  }
  void operator()(const AttachPoint& n) { quoted(n.text); }
  void operator()(const Probe& n) {
    children({}, n.attach_points);
    child("predicate", n.predicate);
    child({}, n.body);
  }
  void operator()(const Macro& n) {
    word(n.name);
    if (!n.with_parentheses) word("bare");
    for (const Macro::Parameter& parameter : n.parameters) word(parameter.name);
    child({}, n.body);
  }
  void operator()(const Function& n) {
    word(n.name);
    for (const Function::Parameter& parameter : n.parameters) child(parameter.name, parameter.type);
    child("returns", n.return_type);
    child({}, n.body);
  }
  void operator()(const MapDeclaration& n) {
    word(n.name);
    word(n.kind);
    word(n.max_entries);
  }
  void operator()(const Config& n) {
    for (const Config::Entry& entry : n.entries) dump_entry(entry);
  }
  void operator()(const Import& n) { quoted(n.path); }
  void operator()(const CDefinition& n) { quoted(n.text); }

 private:
  void node(NodeId id, std::string_view label = {}) {
    begin_line();
    if (!label.empty()) out_ += concat(label, ": ");
    out_ += node_kind_name(program_.kind(id));
    place(program_.span(id));
    // Children end the line of their parent before they begin their own.
    line_open_ = true;
    ++depth_;
    program_.visit(id, *this);
    --depth_;
    end_line();
  }

  void child(std::string_view label, NodeId id) {
    if (!exists(id)) return;
    end_line();
    node(id, label);
  }
  void children(std::string_view label, const NodeList& ids) {
    for (NodeId id : ids) child(label, id);
  }

  void begin_line() { out_.append(2 * depth_, ' '); }
  void end_line() {
    if (line_open_) out_ += '\n';
    line_open_ = false;
  }
  template <typename T>
  void word(const T& text) {
    out_ += concat(' ', text);
  }
  void quoted(std::string_view text) {
    out_ += ' ';
    append_json_string(out_, text);
  }
  void place(Span span) {
    if (!sources_ || !span.has_place()) return;
    LineColumn begin = sources_->locate(span.file, span.begin);
    LineColumn end = sources_->locate(span.file, span.end);
    out_ += concat(' ', begin.line, ':', begin.column, '-');
    if (end.line != begin.line) out_ += concat(end.line, ':');
    out_ += concat(end.column);
  }

  void dump_entry(const Config::Entry& entry) {
    end_line();
    begin_line();
    out_ += entry.key;
    place(entry.key_span);
    switch (entry.kind) {
      case Config::ValueKind::kInteger:
        word(entry.integer);
        break;
      case Config::ValueKind::kString:
        quoted(entry.text);
        break;
      case Config::ValueKind::kWord:
        word(entry.text);
        break;
      case Config::ValueKind::kBool:
        word(entry.integer != 0);
        break;
    }
    out_ += '\n';
  }

  void dump_comment(const Comment& comment) {
    constexpr std::string_view kPlaces[] = {"before", "behind", "inside"};
    begin_line();
    out_ += "Comment";
    place(comment.span);
    if (exists(comment.owner)) {
      word(kPlaces[to_index(comment.place)]);
      word(node_kind_name(program_.kind(comment.owner)));
      place(program_.span(comment.owner));
    } else {
      word("at the end");
    }
    out_ += '\n';
  }

  const Program& program_;
  const SourceMap* sources_;
  std::string out_;
  std::size_t depth_ = 0;
  bool line_open_ = false;
};

}  // namespace

std::string dump(const Program& program, const SourceMap& sources) {
  return Dumper(program, &sources).run();
}
std::string dump_shape(const Program& program) {
  return Dumper(program, nullptr).run();
}

}  // namespace sonde::ast
