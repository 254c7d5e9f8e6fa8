// The two worlds: the running system, and a folder of files captured from one. Both are the same
// code over a root that is put in front of every path; they differ in where capabilities come from
// and in that only the running system has mounts, an environment and a PID namespace to ask about.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ast/world.h"

namespace sonde::world {

// A tiny real attempt to use one capability; the error says what failed. Called at most once for
// each.
using CapabilityProbe = Result<void> (*)(Capability);

// What the command line changes about a world.
struct WorldOptions {
  // Lines as available_filter_functions has them, in its place; empty for the kernel's own.
  std::string traceable_functions;
  std::string kernel_types;         // a file of BTF in place of the kernel's own; empty for that
  std::vector<Capability> without;  // are not there, whatever the kernel can do
};

std::unique_ptr<World> make_world(CapabilityProbe probe, const WorldOptions& options = {});

// `folder` holds files under the names that they have on a system, and `capabilities`: lines of
// "name: yes" or "name: no (reason)"; what it does not name, the captured kernel can do.
Result<std::unique_ptr<World>> make_captured_world(std::string folder,
                                                   const WorldOptions& options = {});

}  // namespace sonde::world
