// The attach plan: everything about loading and attaching that can be decided before the kernel is
// asked to do it. It is made from the Manifest and the World alone, so `--emit=plan` prints it
// without root, and what is printed is what is done.
#pragma once

#include <string>
#include <vector>

#include "ast/world.h"
#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/kernel/links.h"

namespace sonde::session {

// A body that the session runs itself, once.
struct PlannedRun {
  std::string name;
  Strategy strategy{};
  image::ProgramId program = image::ProgramId::kNone;
};

struct AttachPlan {
  std::vector<image::ProgramId> loads;
  std::vector<PlannedRun> begins;       // in source order
  std::vector<kernel::LinkSpec> links;  // in the order in which they are attached
  std::vector<PlannedRun> ends;         // in source order

  // Nothing can fire once the begin bodies have run.
  bool ends_by_itself() const { return links.empty(); }
};

struct PlanOptions {
  bool has_target = false;  // -p or -c: what can be limited to one process is
};

Result<AttachPlan> make_plan(const image::Manifest& manifest, World& world,
                             const PlanOptions& options);

// One line per load, run and link.
std::string dump(const AttachPlan& plan, const image::Manifest& manifest);

}  // namespace sonde::session
