// The kernel's BPF helpers as rows (helpers.def): the number that a call carries, what it returns
// and how many arguments it takes.
#pragma once

#include <cstdint>
#include <string_view>

namespace sonde::codegen {

enum class Helper : std::uint8_t {
#define HELPER(id, ...) id,
#include "codegen/llvm/helpers.def"
#undef HELPER
  kCount
};

// kInt: an int. Kernels before 6.4 call the map helpers as functions that return int and leave the
// upper half of the register as it comes.
enum class HelperResult : std::uint8_t { kWord, kInt, kPointer };

struct HelperRow {
  std::string_view name;
  std::uint32_t number;
  HelperResult result;
  std::uint32_t arguments;
};

inline constexpr HelperRow kHelperRows[] = {
#define HELPER(id, name, number, result, arguments) {name, number, HelperResult::result, arguments},
#include "codegen/llvm/helpers.def"
#undef HELPER
};

constexpr const HelperRow& helper_row(Helper helper) {
  return kHelperRows[static_cast<std::size_t>(helper)];
}

}  // namespace sonde::codegen
