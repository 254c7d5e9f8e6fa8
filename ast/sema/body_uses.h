// What a probe's body asks of its attach points, found by names alone, before anything is typed: it
// decides how points may be grouped.
#pragma once

#include "ast/ast.h"
#include "stdlib/ids.h"

namespace sonde::sema {

struct BodyUses {
  bool args = false;        // the layout of the event matters
  bool probe_name = false;  // every point needs a program of its own
};

BodyUses find_body_uses(const ast::Program& program, const ast::Probe& probe);

}  // namespace sonde::sema
