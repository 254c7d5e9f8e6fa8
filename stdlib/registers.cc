// The rows of registers.def as a table. A processor without rows has an empty one.
#include "stdlib/registers.h"

#include <vector>

namespace sonde {
namespace {

struct Register {
  std::string_view name;
  std::uint32_t offset;
};

const std::vector<Register>& registers() {
  static const std::vector<Register> kRegisters = {
#define REGISTER(name, offset) {name, offset},
#include "stdlib/registers.def"
#undef REGISTER
  };
  return kRegisters;
}

}  // namespace

std::optional<std::uint32_t> find_register(std::string_view name) {
  for (const Register& known : registers())
    if (known.name == name) return known.offset;
  return std::nullopt;
}

std::string register_names() {
  std::string names;
  for (const Register& known : registers()) {
    if (!names.empty()) names += ", ";
    names += known.name;
  }
  return names;
}

}  // namespace sonde
