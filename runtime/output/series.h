// Series over time of one key, as a graph and in JSON (spec/cli_output.md §4.6, §6).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codegen/image/image.h"
#include "runtime/maps/reduce.h"

namespace sonde::output {

// `intervals` have values and come oldest first; the graph ends at the interval `newest`. Several
// lines, the last of them empty unless there is nothing to show.
void append_series(std::string& out, const image::ScriptMap& map,
                   const std::vector<maps::Interval>& intervals, std::uint64_t newest,
                   bool is_signed);
void append_json_series(std::string& out, const image::ScriptMap& map,
                        const std::vector<maps::Interval>& intervals, bool is_signed);

}  // namespace sonde::output
