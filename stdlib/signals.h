// Signals by name, as a script writes them: `KILL`, `SIGKILL`, in any case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sonde {

inline constexpr std::uint32_t kLastSignal = 64;

std::optional<std::uint32_t> find_signal(std::string_view name);
// All names, separated by ", ".
std::string signal_names();

}  // namespace sonde
