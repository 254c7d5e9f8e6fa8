// Network addresses in a script's text.
#pragma once

#include <optional>
#include <string>

namespace sonde::sema {

// The bytes of an IPv4 or IPv6 address in network order, none when `text` is neither.
std::optional<std::string> parse_network_address(const std::string& text);

}  // namespace sonde::sema
