// -l: the probes that match a pattern, from the World alone (spec/cli_output.md §10). What the
// pattern excludes is not read.
#pragma once

#include <string>
#include <string_view>

#include "ast/sema/typed.h"
#include "ast/world.h"

namespace sonde::cli {

struct Listing {
  std::string text;             // one probe a line
  std::vector<Error> problems;  // what could not be read, for standard error
};

// `patterns` may hold several, separated by commas; empty lists all kernel probes.
Listing list_probes(std::string_view patterns, bool with_arguments, std::uint32_t pid,
                    World& world);
// The probes that a program would attach.
Listing list_program(const sema::ProbeSet& probes, bool with_arguments, World& world);

}  // namespace sonde::cli
