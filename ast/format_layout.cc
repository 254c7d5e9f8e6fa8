// Printing walks the pieces with a stack of its own; a group is measured only up to the room that
// is left, so printing is linear in what it prints.
#include "ast/format_layout.h"

#include <algorithm>

namespace sonde::ast {
namespace {

// Room for the `;`, `)` or ` {` that follows a group on its line is left on purpose.
constexpr std::size_t kWidth = 97;

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

}  // namespace

Piece Layout::add(Node node) {
  for (Piece part : node.parts) node.must_break = node.must_break || nodes_[part].must_break;
  return nodes_.push_back(std::move(node));
}

Piece Layout::text(std::string_view text) {
  Node node{.kind = Kind::kText,
            .columns = 0,
            .must_break = false,
            .text = std::string(text),
            .parts = {}};
  node.must_break = text.find('\n') != std::string_view::npos;
  return add(std::move(node));
}
Piece Layout::join(std::vector<Piece> parts) {
  return add({Kind::kJoin, 0, false, {}, std::move(parts)});
}
Piece Layout::line() {
  return add({Kind::kLine, 0, false, {}, {}});
}
Piece Layout::soft_line() {
  return add({Kind::kSoftLine, 0, false, {}, {}});
}
Piece Layout::hard_line() {
  return add({Kind::kHardLine, 0, true, {}, {}});
}
Piece Layout::blank_line() {
  return add({Kind::kBlankLine, 0, true, {}, {}});
}
Piece Layout::indent(unsigned columns, Piece inner) {
  return add({Kind::kIndent, columns, false, {}, {inner}});
}
Piece Layout::group(Piece inner) {
  return add({Kind::kGroup, 0, false, {}, {inner}});
}

bool Layout::fits(Piece piece, std::size_t room) const {
  if (nodes_[piece].must_break) return false;
  std::vector<Piece> stack = {piece};
  std::size_t used = 0;
  while (!stack.empty() && used <= room) {
    const Node& node = nodes_[stack.back()];
    stack.pop_back();
    used += node.kind == Kind::kLine ? 1 : node.text.size();
    stack.insert(stack.end(), node.parts.rbegin(), node.parts.rend());
  }
  return used <= room;
}

std::string Layout::print(Piece root) const {
  struct Step {
    Piece piece;
    unsigned indent;
    bool flat;
  };
  std::string out;
  std::vector<Step> stack = {{root, 0, false}};
  while (!stack.empty()) {
    Step step = stack.back();
    stack.pop_back();
    const Node& node = nodes_[step.piece];
    bool flat = step.flat;
    unsigned indent = step.indent;
    switch (node.kind) {
      case Kind::kText:
        out += node.text;
        continue;
      case Kind::kLine:
      case Kind::kSoftLine:
        if (flat) {
          if (node.kind == Kind::kLine) out += ' ';
          continue;
        }
        break;
      case Kind::kBlankLine:
        end_line(out);
        break;
      case Kind::kHardLine:
        break;
      case Kind::kIndent:
        indent += node.columns;
        break;
      case Kind::kGroup: {
        std::size_t column = out.size() - (out.rfind('\n') + 1);
        flat = flat || fits(step.piece, kWidth - std::min(kWidth, column));
        break;
      }
      case Kind::kJoin:
        break;
    }
    if (node.parts.empty() && node.kind != Kind::kJoin) {
      end_line(out);
      out.append(indent, ' ');
    }
    for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part)
      stack.push_back({*part, indent, flat});
  }
  return out;
}

}  // namespace sonde::ast
