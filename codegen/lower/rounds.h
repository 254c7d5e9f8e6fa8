// Loops over many rounds that the verifier need not follow one by one: where the kernel has
// bpf_loop, a round is a function of its own, which the verifier walks through twice at most.
#pragma once

#include "codegen/lower/body.h"

namespace sonde::codegen {

// round(index, memory) is emitted once and gives a bit, whether to go on. What it keeps from round
// to round stands in `memory`, which is scratch memory. The function is shared by all loops of this
// name, so what `round` uses from outside are constants that follow from the name.
void each_round(Body& body, const std::string& name, std::uint32_t count, Place memory, Span at,
                llvm::function_ref<llvm::Value*(llvm::Value*, Place)> round);

}  // namespace sonde::codegen
