// A walk over the predicate and the body. A name counts wherever it stands as a builtin.
#include "ast/sema/body_uses.h"

#include "ast/walk.h"
#include "stdlib/builtins.h"

namespace sonde::sema {
namespace {

void note_name(std::string_view name, BodyUses& uses) {
  auto found = find_builtin(name);
  if (!found) return;
  if (found->id == Builtin::kArgs) uses.args = true;
  // uaddr finds where the program is loaded from the place of its one probe.
  if (found->id == Builtin::kProbe || found->id == Builtin::kUaddr) uses.probe_name = true;
}

}  // namespace

BodyUses find_body_uses(const ast::Program& program, const ast::Probe& probe) {
  BodyUses uses;
  auto visit = [&](ast::NodeId id) {
    if (const auto* identifier = program.get_if<ast::Identifier>(id))
      note_name(identifier->name, uses);
    if (const auto* call = program.get_if<ast::Call>(id)) note_name(call->name, uses);
    return true;
  };
  ast::walk(program, probe.predicate, visit);
  ast::walk(program, probe.body, visit);
  return uses;
}

}  // namespace sonde::sema
