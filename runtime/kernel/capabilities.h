// Finding out what the running kernel can do: a tiny real attempt per row of capabilities.def, made
// when it is asked for and never remembered here (the World caches). The attempt leaves nothing
// behind.
#pragma once

#include <cstdint>

#include "lexer/base/result.h"
#include "stdlib/ids.h"

namespace sonde::kernel {

// The error is that of the attempt: what was tried and why it failed.
Result<void> probe_capability(Capability capability);

// How many instructions the verifier walks before it refuses a program: kernels from 5.2 on say a
// million, older ones 4096 and take no longer program (kernel/bpf/verifier.c, linux/bpf.h).
std::uint32_t instruction_limit();

}  // namespace sonde::kernel
