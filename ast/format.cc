// Statements, items and comments. Blank lines of the source are kept, at most one at a time;
// between definitions there is always one. A comment is printed where its owner is: before it on
// lines of its own, or behind it.
#include "ast/format.h"

#include <utility>

#include "ast/format_printer.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"

namespace sonde::ast {
namespace {

constexpr unsigned kIndent = 2;

// As a string of the language.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += concat('\\', c);
    else if (byte < 0x20)
      out += concat("\\x", byte < 0x10 ? "0" : "", hex(byte));
    else
      out += c;
  }
  return out + '"';
}

}  // namespace

std::string format(const Program& program, const SourceMap& sources) {
  return Formatter(program, sources).run();
}

std::string Formatter::run() {
  for (const Comment& comment : program_.comments())
    comments_[{comment.owner, comment.place}].push_back(comment.span);
  Sequence sequence;
  if (!program_.shebang().empty()) {
    sequence.parts.push_back(text(program_.shebang()));
    sequence.empty = false;
    sequence.end = static_cast<std::uint32_t>(program_.shebang().size());
  }
  bool previous_is_large = false;
  for (NodeId item : program_.items()) {
    bool is_large = program_.is<Probe>(item) || program_.is<Macro>(item) ||
                    program_.is<Function>(item) || program_.is<Config>(item);
    bool first = item == program_.items().front();
    append_node(sequence, item, print(item), !first && (is_large || previous_is_large),
                layout_.hard_line());
    previous_is_large = is_large;
  }
  for (Span comment : comments(NodeId::kNone, CommentPlace::kInner))
    append_comment(sequence, comment, false, layout_.hard_line());
  std::string out = layout_.print(join(std::move(sequence.parts)));
  return out.empty() ? out : out + '\n';
}

// ---- comments and sequences ----

const Formatter::Comments& Formatter::comments(NodeId owner, CommentPlace place) const {
  static const Comments kNone;
  auto found = comments_.find({owner, place});
  return found == comments_.end() ? kNone : found->second;
}

// Is there an empty line between the two places?
bool Formatter::blank_between(std::uint32_t end, std::uint32_t begin) const {
  if (begin <= end) return false;
  bool line_empty = false;
  for (char c : sources_.text(program_.file()).substr(end, begin - end)) {
    if (c == '\n' && line_empty) return true;
    if (c == '\n')
      line_empty = true;
    else if (c != ' ' && c != '\t' && c != '\r')
      line_empty = false;
  }
  return false;
}

bool Formatter::on_one_line(std::uint32_t end, std::uint32_t begin) const {
  std::string_view text = sources_.text(program_.file());
  return begin >= end && text.substr(end, begin - end).find('\n') == std::string_view::npos;
}

void Formatter::begin_line(Sequence& sequence, std::uint32_t begin, bool force_blank,
                           Piece separator) {
  if (!sequence.empty) {
    bool blank = force_blank || blank_between(sequence.end, begin);
    sequence.parts.push_back(blank ? layout_.blank_line() : separator);
  }
  sequence.empty = false;
}

void Formatter::append_comment(Sequence& sequence, Span comment, bool force_blank,
                               Piece separator) {
  begin_line(sequence, comment.begin, force_blank, separator);
  sequence.parts.push_back(text(sources_.text(comment)));
  sequence.end = comment.end;
}

void Formatter::append_node(Sequence& sequence, NodeId id, Piece printed, bool force_blank,
                            Piece separator) {
  for (Span comment : comments(id, CommentPlace::kLeading)) {
    append_comment(sequence, comment, force_blank, layout_.hard_line());
    force_blank = false;
    separator = layout_.hard_line();
  }
  begin_line(sequence, program_.span(id).begin, force_blank, separator);
  sequence.parts.push_back(printed);
  sequence.end = program_.span(id).end;
  for (Span comment : comments(id, CommentPlace::kTrailing)) {
    sequence.parts.insert(sequence.parts.end(), {text(" "), text(sources_.text(comment))});
    sequence.end = comment.end;
  }
}

// ---- blocks ----

bool Formatter::is_compound(NodeId id) const {
  return program_.is<Block>(id) || program_.is<If>(id) || program_.is<While>(id) ||
         program_.is<Unroll>(id) || program_.is<For>(id);
}

// A block that is an expression may stay on one line if it holds nothing but plain statements.
Formatter::Breaks Formatter::breaks_of(NodeId id) const {
  const Block& block = program_.get<Block>(id);
  auto has_comment = [&](NodeId owner) {
    return !comments(owner, CommentPlace::kLeading).empty() ||
           !comments(owner, CommentPlace::kTrailing).empty() ||
           !comments(owner, CommentPlace::kInner).empty();
  };
  bool plain = !has_comment(id);
  for (NodeId statement : block.statements)
    plain = plain && !is_compound(statement) && !has_comment(statement);
  if (exists(block.value)) plain = plain && !is_compound(block.value) && !has_comment(block.value);
  return plain ? Breaks::kIfLong : Breaks::kAlways;
}

Piece Formatter::statement(NodeId id, bool is_value, bool is_last) {
  NodeId outer = std::exchange(current_, id);
  Piece piece = program_.is<If>(id)      ? if_chain(id, Breaks::kAlways)
                : program_.is<Block>(id) ? block(id, Breaks::kAlways)
                                         : print(id);
  current_ = outer;
  // Without its semicolon the last one would become the value.
  bool needs_semicolon = is_compound(id) ? is_last && ends_in_value(program_, id) : true;
  return is_value || !needs_semicolon ? piece : join({piece, text(";")});
}

Piece Formatter::block(NodeId id, Breaks breaks) {
  const Block& node = program_.get<Block>(id);
  const Comments& inner = comments(id, CommentPlace::kInner);
  if (node.statements.empty() && !exists(node.value) && inner.empty()) return text("{ }");
  if (breaks_of(id) == Breaks::kAlways) breaks = Breaks::kAlways;
  auto line = [&] { return breaks == Breaks::kAlways ? layout_.hard_line() : layout_.line(); };
  Sequence sequence;
  for (NodeId child : node.statements) {
    bool is_last = child == node.statements.back() && !exists(node.value);
    append_node(sequence, child, statement(child, false, is_last), false, line());
  }
  if (exists(node.value))
    append_node(sequence, node.value, statement(node.value, true, true), false, line());
  for (Span comment : inner) append_comment(sequence, comment, false, layout_.hard_line());
  sequence.parts.insert(sequence.parts.begin(), line());
  return join(
      {text("{"), layout_.indent(kIndent, join(std::move(sequence.parts))), line(), text("}")});
}

// Blocks and conditionals that stand in an expression.
Piece Formatter::operator()(const Block&) {
  return layout_.group(block(current_, Breaks::kIfLong));
}
Piece Formatter::operator()(const If&) {
  return layout_.group(if_chain(current_, Breaks::kIfLong));
}

Piece Formatter::if_chain(NodeId id, Breaks breaks) {
  // All branches break alike.
  for (const If* branch = program_.get_if<If>(id); branch;) {
    if (breaks_of(branch->when_true) == Breaks::kAlways) breaks = Breaks::kAlways;
    const If* next = program_.get_if<If>(branch->when_false);
    if (!next && exists(branch->when_false) && breaks_of(branch->when_false) == Breaks::kAlways)
      breaks = Breaks::kAlways;
    branch = next;
  }
  std::vector<Piece> parts;
  for (const If* branch = program_.get_if<If>(id); branch;) {
    parts.insert(parts.end(),
                 {text(branch->comptime ? "if comptime (" : "if ("), print(branch->condition),
                  text(") "), block(branch->when_true, breaks)});
    if (exists(branch->when_false)) parts.push_back(text(" else "));
    const If* next = program_.get_if<If>(branch->when_false);
    if (!next && exists(branch->when_false)) parts.push_back(block(branch->when_false, breaks));
    branch = next;
  }
  return join(std::move(parts));
}

// ---- statements ----

Piece Formatter::operator()(const Assign& node) {
  std::string op = concat(' ', node.op ? spelling(*node.op) : std::string_view(), "= ");
  return join({print(node.target), text(op), print(node.value)});
}

Piece Formatter::operator()(const Let& node) {
  std::vector<Piece> parts = {text("let "), print(node.variable)};
  if (exists(node.type)) parts.insert(parts.end(), {text(" : "), print(node.type)});
  if (exists(node.value)) parts.insert(parts.end(), {text(" = "), print(node.value)});
  return join(std::move(parts));
}

Piece Formatter::operator()(const Discard& node) {
  return join({text("_ = "), print(node.value)});
}

Piece Formatter::operator()(const Jump& node) {
  constexpr std::string_view kWords[] = {"break", "continue", "return"};
  Piece word = text(kWords[to_index(node.kind)]);
  return exists(node.value) ? join({word, text(" "), print(node.value)}) : word;
}

Piece Formatter::operator()(const While& node) {
  return join(
      {text("while ("), print(node.condition), text(") "), block(node.body, Breaks::kAlways)});
}
Piece Formatter::operator()(const Unroll& node) {
  return join({text("unroll ("), print(node.count), text(") "), block(node.body, Breaks::kAlways)});
}
Piece Formatter::operator()(const For& node) {
  return join({text("for ("), print(node.variable), text(" : "), print(node.iterable), text(") "),
               block(node.body, Breaks::kAlways)});
}

// ---- items ----

Piece Formatter::operator()(const Probe& node) {
  std::vector<Piece> parts;
  for (NodeId point : node.attach_points) {
    if (!parts.empty()) parts.insert(parts.end(), {text(","), layout_.hard_line()});
    parts.push_back(print(point));
  }
  if (exists(node.predicate)) {
    // `/*` would begin a comment.
    bool star = first_bytes(leftmost(node.predicate)) == "*";
    parts.insert(parts.end(),
                 {layout_.hard_line(), text(star ? "/ " : "/"), print(node.predicate), text("/")});
  }
  parts.insert(parts.end(), {text(" "), block(node.body, Breaks::kAlways)});
  return join(std::move(parts));
}

Piece Formatter::operator()(const Macro& node) {
  std::string head = concat("macro ", node.name, node.with_parentheses ? "(" : "");
  for (std::size_t i = 0; i < node.parameters.size(); ++i)
    head += concat(i > 0 ? ", " : "", node.parameters[i].name);
  if (node.with_parentheses) head += ')';
  return join({text(head), text(" "), block(node.body, Breaks::kAlways)});
}

Piece Formatter::operator()(const Function& node) {
  std::vector<Piece> parts = {text(concat("fn ", node.name, "("))};
  for (std::size_t i = 0; i < node.parameters.size(); ++i) {
    const Function::Parameter& parameter = node.parameters[i];
    parts.push_back(text(concat(i > 0 ? ", " : "", parameter.name, " : ")));
    parts.push_back(print(parameter.type));
  }
  parts.insert(parts.end(), {text(") : "), print(node.return_type), text(" "),
                             block(node.body, Breaks::kAlways)});
  return join(std::move(parts));
}

Piece Formatter::operator()(const MapDeclaration& node) {
  return text(
      concat("let ", node.name, " = ", node.kind, "(", sources_.text(node.max_entries_span), ");"));
}

Piece Formatter::operator()(const Config& node) {
  const Comments& inner = comments(current_, CommentPlace::kInner);
  if (node.entries.empty() && inner.empty()) return text("config = { }");
  Sequence sequence;
  auto comment = inner.begin();
  for (const Config::Entry& entry : node.entries) {
    for (; comment != inner.end() && comment->begin < entry.value_span.end; ++comment)
      append_comment(sequence, *comment, false, layout_.hard_line());
    begin_line(sequence, entry.key_span.begin, false, layout_.hard_line());
    sequence.parts.push_back(text(concat(entry.key, " = ", sources_.text(entry.value_span), ";")));
    sequence.end = entry.value_span.end;
    for (; comment != inner.end() && on_one_line(sequence.end, comment->begin); ++comment) {
      sequence.parts.insert(sequence.parts.end(), {text(" "), text(sources_.text(*comment))});
      sequence.end = comment->end;
    }
  }
  for (; comment != inner.end(); ++comment)
    append_comment(sequence, *comment, false, layout_.hard_line());
  sequence.parts.insert(sequence.parts.begin(), layout_.hard_line());
  return join({text("config = {"), layout_.indent(kIndent, join(std::move(sequence.parts))),
               layout_.hard_line(), text("}")});
}

Piece Formatter::operator()(const Import& node) {
  return text(concat("import ", quoted(node.path), ";"));
}
Piece Formatter::operator()(const ImportStatement& node) {
  return text(concat("import ", quoted(node.path)));
}

}  // namespace sonde::ast
