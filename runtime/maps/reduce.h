// One value out of the slots that every CPU keeps for itself (spec/language.md §11.1).
#pragma once

#include <cstdint>
#include <string_view>

#include "codegen/image/image.h"

namespace sonde::maps {

// A per-CPU value of a map, as MapStore hands it over: one slot for each CPU, rounded up to 8
// bytes.
struct Slots {
  std::string_view bytes;
  std::uint32_t slot_size;  // rounded up to 8
};
Slots make_slots(std::string_view bytes, const image::BpfMap& storage);

bool is_per_cpu(image::MapStorage storage);

// The result of count, sum, min, max or avg in 64 bits. Slots that the bytes hold only in part do
// not count.
std::uint64_t reduce(image::Aggregation aggregation, bool is_signed, const Slots& slots);
// The sum of one u64 at `offset` of every slot.
std::uint64_t sum_field(const Slots& slots, std::uint32_t offset);
// Whether the u64 at `offset` is not 0 in any slot.
bool any_field(const Slots& slots, std::uint32_t offset);

}  // namespace sonde::maps
