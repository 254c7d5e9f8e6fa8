// trace(): a compiled script runs. Everything before it only looked at the system; this changes it
// and puts it back.
#pragma once

#include <string>
#include <vector>

#include "ast/world.h"
#include "codegen/image/image.h"
#include "lexer/base/source_map.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/console.h"
#include "runtime/session/plan.h"
#include "stdlib/options.h"

namespace sonde::cli {

struct TraceInput {
  const Arguments& arguments;
  const Settings& settings;
  const SourceMap& sources;
  const image::ProgramImage& image;
  const session::AttachPlan& plan;
  const std::vector<std::string>& option_values;  // beside Manifest::options
  World& world;
  Console& console;
};

// Ends the process, with the status of spec/cli_output.md §14: what the kernel is slow to let go of
// is left to a child, so there is nothing to return to.
[[noreturn]] void trace(const TraceInput& input);

}  // namespace sonde::cli
