// Tables about the nodes of one item of a program. A program has as many of them as it has probes,
// so they are as long as the item and not as the program.
#pragma once

#include <algorithm>
#include <vector>

#include "ast/walk.h"
#include "lexer/base/dense_id.h"

namespace sonde::ast {

// The ids from the lowest to the highest of an item and of all below it. Items are built one after
// the other, so no other item's nodes are among them.
struct NodeRange {
  NodeId first = NodeId::kNone;
  std::size_t size = 0;
};

inline NodeRange subtree_range(const Program& program, NodeId root) {
  std::size_t lowest = to_index(root), highest = lowest;
  walk(program, root, [&](NodeId below) {
    lowest = std::min(lowest, to_index(below));
    highest = std::max(highest, to_index(below));
    return true;
  });
  return {static_cast<NodeId>(lowest), highest - lowest + 1};
}

template <typename T>
class SubtreeVector {
 public:
  SubtreeVector() = default;
  explicit SubtreeVector(NodeRange range, T value = T{})
      : first_(to_index(range.first)), items_(range.size, std::move(value)) {}

  T& operator[](NodeId id) { return items_[index_of(id)]; }
  const T& operator[](NodeId id) const { return items_[index_of(id)]; }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  std::size_t index_of(NodeId id) const {
    CHECK(to_index(id) >= first_ && to_index(id) - first_ < items_.size());
    return to_index(id) - first_;
  }

  std::size_t first_ = 0;
  std::vector<T> items_;
};

}  // namespace sonde::ast
