// Wildcards of attach points and listings (spec/probes.md §3.1): `*` is any run of bytes,
// everything else is itself.
#pragma once

#include <string_view>

namespace sonde {

inline bool has_wildcard(std::string_view pattern) {
  return pattern.find('*') != std::string_view::npos;
}

// Linear in practice: only the last `*` is ever tried again.
constexpr bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace sonde
