// The flags of a kernel allocation by name, as %gr prints them.
#pragma once

#include <cstdint>
#include <string>

namespace sonde::output {

// Names joined by `|`, what none names as `0x…` at the end, `0` for no flag at all.
void append_gfp_flags(std::string& out, std::uint64_t flags);

}  // namespace sonde::output
