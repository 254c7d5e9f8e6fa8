// Kernel capabilities as rows: what each is called, what it is for, and the way out when it is
// missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "stdlib/ids.h"

namespace sonde {

enum class CapabilitySection : std::uint8_t { kHelpers, kFeatures, kProbeTypes };

struct CapabilityRow {
  std::string_view name;
  CapabilitySection section;
  std::string_view purpose;
  std::string_view hint;
};

const CapabilityRow& capability_row(Capability capability);
std::optional<Capability> find_capability(std::string_view name);

}  // namespace sonde
