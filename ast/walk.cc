// Walking goes through each_child(), which knows the children of every kind of node.
#include "ast/walk.h"

#include "ast/children.h"

namespace sonde::ast {

void append_children(const Program& program, NodeId id, NodeList& out) {
  program.visit(id, [&](const auto& node) {
    each_child(node, [&](NodeId child) {
      if (exists(child)) out.push_back(child);
    });
  });
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
