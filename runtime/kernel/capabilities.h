// Finding out what the running kernel can do: a tiny real attempt per row of capabilities.def, made
// when it is asked for and never remembered here (the World caches). The attempt leaves nothing
// behind.
#pragma once

#include "lexer/base/result.h"
#include "stdlib/ids.h"

namespace sonde::kernel {

// The error is that of the attempt: what was tried and why it failed.
Result<void> probe_capability(Capability capability);

}  // namespace sonde::kernel
