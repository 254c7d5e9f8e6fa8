// Sums wrap as they do in the kernel. An average divides with the sign of its argument and
// truncates toward zero; a minimum or maximum that no CPU has set is 0.
#include "runtime/maps/reduce.h"

#include <algorithm>
#include <cstddef>

#include "codegen/image/wire.h"
#include "lexer/base/byte_view.h"

namespace sonde::maps {
namespace {

using image::Aggregation;

template <typename Slot, typename Visit>
void for_each_slot(const Slots& slots, Visit visit) {
  ByteView view(slots.bytes);
  for (std::uint64_t at = 0; at < slots.bytes.size(); at += slots.slot_size)
    if (auto slot = view.read<Slot>(at)) visit(*slot);
}

std::uint64_t reduce_extreme(bool is_max, bool is_signed, const Slots& slots) {
  bool is_set = false;
  std::uint64_t extreme = 0;
  for_each_slot<image::ExtremeSlot>(slots, [&](const image::ExtremeSlot& slot) {
    if (slot.is_set == 0) return;
    bool is_less = is_signed
                       ? static_cast<std::int64_t>(slot.value) < static_cast<std::int64_t>(extreme)
                       : slot.value < extreme;
    if (!is_set || (slot.value != extreme && is_less != is_max)) extreme = slot.value;
    is_set = true;
  });
  return extreme;
}

std::uint64_t reduce_average(bool is_signed, const Slots& slots) {
  std::uint64_t total = sum_field(slots, offsetof(image::AvgSlot, total));
  std::uint64_t count = sum_field(slots, offsetof(image::AvgSlot, count));
  if (count == 0) return 0;
  if (!is_signed || static_cast<std::int64_t>(total) >= 0) return total / count;
  return 0 - (0 - total) / count;
}

}  // namespace

bool is_per_cpu(image::MapStorage storage) {
  switch (storage) {
    case image::MapStorage::kPerCpuHash:
    case image::MapStorage::kLruPerCpuHash:
    case image::MapStorage::kPerCpuArray:
      return true;
    case image::MapStorage::kHash:
    case image::MapStorage::kLruHash:
    case image::MapStorage::kArray:
    case image::MapStorage::kRing:
      return false;
  }
  return false;
}

Slots make_slots(std::string_view bytes, const image::BpfMap& storage) {
  std::uint32_t rounded = (storage.value_size + 7) / 8 * 8;
  return {.bytes = bytes, .slot_size = std::max<std::uint32_t>(rounded, 8)};
}

std::uint64_t sum_field(const Slots& slots, std::uint32_t offset) {
  ByteView view(slots.bytes);
  std::uint64_t sum = 0;
  for (std::uint64_t at = 0; at < slots.bytes.size(); at += slots.slot_size)
    sum += view.read<std::uint64_t>(at + offset).value_or(0);
  return sum;
}

bool any_field(const Slots& slots, std::uint32_t offset) {
  ByteView view(slots.bytes);
  for (std::uint64_t at = 0; at < slots.bytes.size(); at += slots.slot_size)
    if (view.read<std::uint64_t>(at + offset).value_or(0) != 0) return true;
  return false;
}

std::uint64_t reduce(Aggregation aggregation, bool is_signed, const Slots& slots) {
  switch (aggregation) {
    case Aggregation::kCount:
      return sum_field(slots, offsetof(image::CountSlot, count));
    case Aggregation::kSum:
      return sum_field(slots, offsetof(image::SumSlot, sum));
    case Aggregation::kMin:
      return reduce_extreme(false, is_signed, slots);
    case Aggregation::kMax:
      return reduce_extreme(true, is_signed, slots);
    case Aggregation::kAvg:
      return reduce_average(is_signed, slots);
    case Aggregation::kHist:
    case Aggregation::kLhist:
      return sum_field(slots, offsetof(image::BucketSlot, count));
    case Aggregation::kNone:
      return 0;
  }
  return 0;
}

}  // namespace sonde::maps
