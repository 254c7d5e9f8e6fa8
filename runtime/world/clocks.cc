// The clock is read between two readings of the other one; of several attempts the one with the
// least time between them counts, because nothing interrupted it.
#include "runtime/world/clocks.h"

#include <limits>

namespace sonde::world {
namespace {

constexpr int kAttempts = 5;

std::uint64_t nanoseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::uint64_t ahead_of_boot_clock(clockid_t clock) {
  std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max(), ahead = 0;
  for (int i = 0; i < kAttempts; ++i) {
    std::uint64_t before = nanoseconds(CLOCK_BOOTTIME);
    std::uint64_t there = nanoseconds(clock);
    std::uint64_t after = nanoseconds(CLOCK_BOOTTIME);
    if (after - before >= shortest) continue;
    shortest = after - before;
    ahead = there - (before + shortest / 2);
  }
  return ahead;
}

}  // namespace sonde::world
