// The two worlds: the running system, and a folder of files captured from one. Both are the same
// code over a root that is put in front of every path; they differ in where capabilities come from
// and in that only the running system has mounts, an environment and a PID namespace to ask about.
#pragma once

#include <memory>
#include <string>

#include "ast/world.h"

namespace sonde::world {

// A tiny real attempt to use one capability; the error says what failed. Called at most once for
// each.
using CapabilityProbe = Result<void> (*)(Capability);

std::unique_ptr<World> make_world(CapabilityProbe probe);

// `folder` holds files under the names that they have on a system, and `capabilities`: lines of
// "name: yes" or "name: no (reason)"; what it does not name, the captured kernel can do.
Result<std::unique_ptr<World>> make_captured_world(std::string folder);

}  // namespace sonde::world
