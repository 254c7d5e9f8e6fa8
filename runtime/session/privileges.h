// What the process must be allowed to do before anything is tried, so that its absence is one clear
// message instead of a system call's "Operation not permitted" somewhere later.
#pragma once

#include "lexer/base/result.h"

namespace sonde::session {

// The capabilities of spec/probes.md §19, and kernel lockdown.
Result<void> check_privileges();
// As many descriptors as the process may have: one link or more per attach point.
void raise_descriptor_limit();

}  // namespace sonde::session
