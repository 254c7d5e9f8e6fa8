// The rows of capabilities.def as a table.
#include "stdlib/capabilities.h"

#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

using enum CapabilitySection;
constexpr CapabilityRow kRows[] = {
#define CAPABILITY(id, name, section, purpose, hint) {name, section, purpose, hint},
#include "stdlib/capabilities.def"
#undef CAPABILITY
};

}  // namespace

const CapabilityRow& capability_row(Capability capability) {
  CHECK(to_index(capability) < std::size(kRows));
  return kRows[to_index(capability)];
}

std::optional<Capability> find_capability(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRows); ++i)
    if (kRows[i].name == name) return static_cast<Capability>(i);
  return std::nullopt;
}

}  // namespace sonde
