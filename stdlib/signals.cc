// The rows of signals.def by name.
#include "stdlib/signals.h"

#include <algorithm>

namespace sonde {
namespace {

struct Signal {
  std::uint32_t number;
  std::string_view name;
};
constexpr Signal kSignals[] = {
#define SIGNAL(number, name, text) {number, name},
#include "stdlib/signals.def"
#undef SIGNAL
};

}  // namespace

std::optional<std::uint32_t> find_signal(std::string_view name) {
  constexpr std::string_view kPrefix = "SIG";
  std::string wanted(name);
  for (char& c : wanted)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (wanted.starts_with(kPrefix)) wanted.erase(0, kPrefix.size());
  for (const Signal& known : kSignals)
    if (known.name == wanted) return known.number;
  return std::nullopt;
}

std::string signal_names() {
  std::string names;
  for (const Signal& known : kSignals) {
    if (!names.empty()) names += ", ";
    names += known.name;
  }
  return names;
}

}  // namespace sonde
