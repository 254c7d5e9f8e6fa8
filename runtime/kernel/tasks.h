// The threads that a process has now.
#pragma once

#include <cstdint>
#include <vector>

namespace sonde::kernel {

// Their ids, the main thread's first; that one alone when nothing can be read of the process.
std::vector<int> tasks_of(std::uint32_t pid);

}  // namespace sonde::kernel
