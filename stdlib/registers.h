// The processor's registers as a script names them, and where the kernel keeps them while a probe
// runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sonde {

#if defined(__x86_64__)
inline constexpr std::string_view kArchitecture = "x86-64";
#elif defined(__aarch64__)
inline constexpr std::string_view kArchitecture = "arm64";
#else
inline constexpr std::string_view kArchitecture = "this processor";
#endif

// Bytes from the stack pointer at a function's entry to its arguments on the stack.
#if defined(__x86_64__)
inline constexpr std::uint32_t kStackArguments = 8;  // behind the return address
#else
inline constexpr std::uint32_t kStackArguments = 0;
#endif

// Bytes into struct pt_regs.
std::optional<std::uint32_t> find_register(std::string_view name);
// All names, separated by ", ".
std::string register_names();

}  // namespace sonde
