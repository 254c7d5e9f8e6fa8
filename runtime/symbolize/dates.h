// Dates as strftime(3) writes them, in local time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sonde::symbolize {

// None when the text would be empty or longer than `most` bytes, its NUL included.
std::optional<std::string> date_text(const std::string& format, std::uint64_t epoch_nanoseconds,
                                     std::size_t most);

// Replaces %f by microseconds, %l by milliseconds and %k by nanoseconds within the second, each
// with all its digits.
std::string with_fractions(std::string_view format, std::uint64_t nanoseconds);

}  // namespace sonde::symbolize
