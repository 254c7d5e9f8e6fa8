// --info: what this system and this build can do (spec/cli_output.md §11.1), with the reason for
// each no.
#pragma once

#include <string>

#include "ast/world.h"

namespace sonde::cli {

std::string info_text(World& world);

}  // namespace sonde::cli
