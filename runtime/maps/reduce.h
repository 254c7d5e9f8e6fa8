// One value out of the slots that every CPU keeps for itself (spec/language.md §11.1).
#pragma once

#include <cstdint>
#include <string_view>

#include "codegen/image/image.h"
#include "codegen/image/wire.h"

namespace sonde::maps {

// A per-CPU value of a map, as MapStore hands it over: one slot for each CPU, rounded up to 8
// bytes.
struct Slots {
  std::string_view bytes;
  std::uint32_t slot_size;  // rounded up to 8
};
Slots make_slots(std::string_view bytes, const image::BpfMap& storage);

// Where the u64 stands that says whether the map was set, in each CPU's slot.
std::uint32_t present_offset(const image::ScriptMap& map);

// The result of count, sum, min, max, avg or a histogram's bucket in 64 bits. Slots that the bytes
// hold only in part do not count.
std::uint64_t reduce(image::Aggregation aggregation, bool is_signed, const Slots& slots);
// The sum of one u64 at `offset` of every slot.
std::uint64_t sum_field(const Slots& slots, std::uint32_t offset);
// Whether the u64 at `offset` is not 0 in any slot.
bool any_field(const Slots& slots, std::uint32_t offset);

// Count, average and total of stats.
image::StatsRow reduce_stats(bool is_signed, const Slots& slots);

// One interval of a series: of the CPUs those count that have seen the newest one of its slot.
struct Interval {
  std::uint64_t epoch = 0;  // number of the interval
  std::uint64_t value = 0;
  std::uint64_t count = 0;  // of values; 0: nothing here
};
Interval reduce_series(image::SeriesFold fold, bool is_signed, const Slots& slots);

}  // namespace sonde::maps
