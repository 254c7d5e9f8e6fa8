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

#include "ast/nodes.h"
#include "lexer/base/dense_id.h"
#include "lexer/base/span.h"

namespace sonde::ast {

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
