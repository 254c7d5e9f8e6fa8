// Sizes and offsets rounded up to what they must be a multiple of.
#pragma once

#include <concepts>
#include <type_traits>

namespace sonde {

template <std::unsigned_integral T>
constexpr T round_up(T value, std::type_identity_t<T> multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace sonde
