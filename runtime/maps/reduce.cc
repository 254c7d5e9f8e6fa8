// Sums wrap as they do in the kernel. An average divides with the sign of its argument and
// truncates toward zero; a minimum or maximum that no CPU has set is 0.
#include "runtime/maps/reduce.h"

#include <algorithm>
#include <cstddef>

#include "codegen/image/wire.h"
#include "lexer/base/byte_view.h"
#include "lexer/base/round_up.h"

namespace sonde::maps {
namespace {

using image::Aggregation;

template <typename Slot, typename Visit>
void for_each_slot(const Slots& slots, Visit visit) {
  ByteView view(slots.bytes);
  for (std::uint64_t at = 0; at < slots.bytes.size(); at += slots.slot_size)
    if (auto slot = view.read<Slot>(at)) visit(*slot);
}

std::uint64_t average(std::uint64_t total, std::uint64_t count, bool is_signed) {
  if (count == 0) return 0;
  if (!is_signed || static_cast<std::int64_t>(total) >= 0) return total / count;
  return 0 - (0 - total) / count;
}

bool is_less(std::uint64_t left, std::uint64_t right, bool is_signed) {
  return is_signed ? static_cast<std::int64_t>(left) < static_cast<std::int64_t>(right)
                   : left < right;
}

std::uint64_t fold_values(image::SeriesFold fold, std::uint64_t so_far,
                          const image::SeriesSlot& slot, bool is_newest, bool is_signed) {
  switch (fold) {
    case image::SeriesFold::kLast:
      return is_newest ? slot.value : so_far;
    case image::SeriesFold::kAvg:
    case image::SeriesFold::kSum:
      return so_far + slot.value;
    case image::SeriesFold::kMax:
      return is_less(so_far, slot.value, is_signed) ? slot.value : so_far;
    case image::SeriesFold::kMin:
      return is_less(slot.value, so_far, is_signed) ? slot.value : so_far;
  }
  return so_far;
}

std::uint64_t reduce_extreme(bool is_max, bool is_signed, const Slots& slots) {
  bool is_set = false;
  std::uint64_t extreme = 0;
  for_each_slot<image::ExtremeSlot>(slots, [&](const image::ExtremeSlot& slot) {
    if (slot.is_set == 0) return;
    bool is_smaller = is_less(slot.value, extreme, is_signed);
    if (!is_set || (slot.value != extreme && is_smaller != is_max)) extreme = slot.value;
    is_set = true;
  });
  return extreme;
}

}  // namespace

std::uint32_t present_offset(const image::ScriptMap& map) {
  switch (map.aggregation) {
    case image::Aggregation::kHist:
    case image::Aggregation::kLhist:
      return offsetof(image::BucketSlot, present);
    case image::Aggregation::kTseries:
      return offsetof(image::SeriesSlot, present);
    default:
      return map.present_offset;
  }
}

Slots make_slots(std::string_view bytes, const image::BpfMap& storage) {
  std::uint32_t rounded = round_up(storage.value_size, 8);
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
      return average(sum_field(slots, offsetof(image::AvgSlot, total)),
                     sum_field(slots, offsetof(image::AvgSlot, count)), is_signed);
    case Aggregation::kHist:
    case Aggregation::kLhist:
      return sum_field(slots, offsetof(image::BucketSlot, count));
    case Aggregation::kNone:
    case Aggregation::kStats:
    case Aggregation::kTseries:
      return 0;
  }
  return 0;
}

image::StatsRow reduce_stats(bool is_signed, const Slots& slots) {
  image::StatsRow row{};
  row.count = sum_field(slots, offsetof(image::AvgSlot, count));
  row.total = sum_field(slots, offsetof(image::AvgSlot, total));
  row.average = average(row.total, row.count, is_signed);
  return row;
}

Interval reduce_series(image::SeriesFold fold, bool is_signed, const Slots& slots) {
  Interval interval;
  std::uint64_t latest = 0;
  for_each_slot<image::SeriesSlot>(slots, [&](const image::SeriesSlot& slot) {
    if (slot.count == 0 || (interval.count > 0 && slot.epoch < interval.epoch)) return;
    if (interval.count == 0 || slot.epoch > interval.epoch) {
      interval = {.epoch = slot.epoch, .value = slot.value, .count = slot.count};
      latest = slot.at;
      return;
    }
    interval.value = fold_values(fold, interval.value, slot, slot.at >= latest, is_signed);
    interval.count += slot.count;
    latest = std::max(latest, slot.at);
  });
  if (fold == image::SeriesFold::kAvg)
    interval.value = average(interval.value, interval.count, is_signed);
  return interval;
}

}  // namespace sonde::maps
