// inet_pton knows the two notations and nothing else: no names, no ports, no shortened IPv4.
#include "ast/sema/network.h"

#include <arpa/inet.h>

namespace sonde::sema {

std::optional<std::string> parse_network_address(const std::string& text) {
  char bytes[sizeof(in6_addr)];
  if (::inet_pton(AF_INET, text.c_str(), bytes) == 1) return std::string(bytes, sizeof(in_addr));
  if (::inet_pton(AF_INET6, text.c_str(), bytes) == 1) return std::string(bytes, sizeof bytes);
  return std::nullopt;
}

}  // namespace sonde::sema
