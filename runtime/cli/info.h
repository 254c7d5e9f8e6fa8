// --info: what this system and this build can do (spec/cli_output.md §11.1), with the reason for
// each no.
#pragma once

#include <cstdint>
#include <string>

#include "ast/world.h"

namespace sonde::cli {

// `instruction_limit` is the number of instructions that the verifier walks.
std::string info_text(World& world, std::uint32_t instruction_limit);

}  // namespace sonde::cli
