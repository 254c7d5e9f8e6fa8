// The driver: calls the stages in their order and decides nothing that a stage could decide.
#pragma once

#include "runtime/cli/arguments.h"
#include "runtime/cli/console.h"

namespace sonde::cli {

// Does what the command line asks for; returns the exit status.
int run(const Arguments& arguments);

}  // namespace sonde::cli
