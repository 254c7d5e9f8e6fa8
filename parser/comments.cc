// A comment belongs to the statement or root-level item that follows it, or to the one that ends on
// its line. One that stands inside of a statement, but not inside of one of its blocks, belongs
// before the whole statement.
#include "parser/comments.h"

#include <algorithm>

#include "ast/walk.h"

namespace sonde::parser {
namespace {

using ast::Comment;
using ast::CommentPlace;
using ast::NodeId;
using ast::NodeList;

class Attacher {
 public:
  Attacher(const ast::Program& program, const SourceMap& sources)
      : program_(program), sources_(sources) {}

  Comment attach(Span comment) {
    NodeId enclosing = NodeId::kNone;
    NodeId anchor = NodeId::kNone;  // the innermost statement or item around the comment
    children_ = program_.items();
    for (;;) {
      NodeId child = child_around(comment);
      if (!exists(child)) break;
      if (!exists(enclosing) || program_.is<ast::Block>(enclosing)) anchor = child;
      enclosing = child;
      children_.clear();
      append_children(program_, enclosing, children_);
    }
    bool among_siblings = !exists(enclosing) || program_.is<ast::Block>(enclosing);
    if (among_siblings) return place_among_siblings(comment, enclosing);
    if (program_.is<ast::Config>(enclosing)) return {enclosing, CommentPlace::kInner, comment};
    return {anchor, CommentPlace::kLeading, comment};
  }

 private:
  // children_ are in written order and do not overlap.
  NodeList::const_iterator first_behind(Span comment) const {
    return std::partition_point(children_.begin(), children_.end(),
                                [&](NodeId id) { return program_.span(id).begin < comment.begin; });
  }

  NodeId child_around(Span comment) const {
    auto behind = first_behind(comment);
    if (behind == children_.begin()) return NodeId::kNone;
    NodeId before = *std::prev(behind);
    return program_.span(before).end > comment.begin ? before : NodeId::kNone;
  }

  Comment place_among_siblings(Span comment, NodeId parent) const {
    auto behind = first_behind(comment);
    bool has_next = behind != children_.end();
    bool next_on_line = has_next && same_line(comment.end, program_.span(*behind).begin);
    if (behind != children_.begin() && !next_on_line) {
      NodeId before = *std::prev(behind);
      if (same_line(program_.span(before).end, comment.begin))
        return {before, CommentPlace::kTrailing, comment};
    }
    if (has_next) return {*behind, CommentPlace::kLeading, comment};
    return {parent, CommentPlace::kInner, comment};
  }

  bool same_line(std::uint32_t a, std::uint32_t b) const {
    std::string_view text = sources_.text(program_.file());
    return text.substr(a, b - a).find('\n') == std::string_view::npos;
  }

  const ast::Program& program_;
  const SourceMap& sources_;
  NodeList children_;
};

}  // namespace

std::vector<Comment> attach_comments(const ast::Program& program, const TokenBuffer& tokens,
                                     const SourceMap& sources) {
  Attacher attacher(program, sources);
  std::vector<Comment> comments;
  for (Span span : tokens.comments()) comments.push_back(attacher.attach(span));
  return comments;
}

}  // namespace sonde::parser
