// Walking the tree without changing it. Which children a node has is known to ast/children.h alone;
// here are the two walks that stages need, over a node's children and over all that is below it.
#pragma once

#include "ast/ast.h"

namespace sonde::ast {

// Appends the children of `id` in written order; absent ones are left out.
void append_children(const Program& program, NodeId id, NodeList& out);

// Calls `visitor(id)` for `root` and everything below it, parents first; where it returns false the
// children are skipped.
template <typename Visitor>
void walk(const Program& program, NodeId root, Visitor&& visitor) {
  if (!exists(root) || !visitor(root)) return;
  NodeList children;
  append_children(program, root, children);
  for (NodeId child : children) walk(program, child, visitor);
}

// Does the block end in an expression without a semicolon, or do all branches of the `if`? Only
// then can its value be used.
bool ends_in_value(const Program& program, NodeId id);

}  // namespace sonde::ast
