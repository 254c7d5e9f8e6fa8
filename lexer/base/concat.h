// Building a text from parts: concat("unknown function `", name, "`"). Numbers are written in
// decimal, bool as a word; hex() gives lower-case digits without a prefix.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sonde {

inline void append_part(std::string& out, std::string_view part) {
  out += part;
}
inline void append_part(std::string& out, const char* part) {
  out += part;
}
inline void append_part(std::string& out, const std::string& part) {
  out += part;
}
inline void append_part(std::string& out, char part) {
  out += part;
}
inline void append_part(std::string& out, bool part) {
  out += part ? "true" : "false";
}
template <std::integral T>
void append_part(std::string& out, T part) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof digits, part).ptr;
  out.append(digits, end);
}

template <typename... Parts>
std::string concat(const Parts&... parts) {
  std::string out;
  (append_part(out, parts), ...);
  return out;
}

inline std::string hex(std::uint64_t value) {
  char digits[17];
  auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
  return std::string(digits, end);
}

}  // namespace sonde
