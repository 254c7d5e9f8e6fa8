// How the system's clocks stand to each other. Probes read the clock that counts from boot; dates
// are made of the others.
#pragma once

#include <time.h>

#include <cstdint>

namespace sonde::world {

// Nanoseconds that `clock` is ahead of the clock that counts from boot, as it is now.
std::uint64_t ahead_of_boot_clock(clockid_t clock);

}  // namespace sonde::world
