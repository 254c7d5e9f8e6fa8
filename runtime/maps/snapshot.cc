// A row of the arena is a key and a reduced value; a histogram's row is a key, a bucket's number
// and its count, a series' row a key and an interval. Rows of one histogram or series are brought
// together by sorting them by their raw key, which is zero-padded and so equal exactly when the
// keys are. Raw bytes also break the last ties, so that equal texts of different stacks keep a
// fixed order.
#include "runtime/maps/snapshot.h"

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "codegen/image/wire.h"
#include "lexer/base/byte_view.h"
#include "runtime/events/read_value.h"

namespace sonde::maps {
namespace {

using image::Aggregation;

std::uint32_t row_key_size(const image::Manifest& manifest, const image::ScriptMap& map) {
  return map.key == image::TypeId::kNone ? 0 : manifest.types[map.key].size;
}

std::uint32_t row_value_size(const image::Manifest& manifest, const image::ScriptMap& map) {
  switch (map.aggregation) {
    case Aggregation::kHist:
    case Aggregation::kLhist:
      return sizeof(Bucket);
    case Aggregation::kTseries:
      return sizeof(Interval);
    case Aggregation::kNone:
    case Aggregation::kStats:
      return manifest.types[map.value].size;
    case Aggregation::kCount:
    case Aggregation::kSum:
    case Aggregation::kMin:
    case Aggregation::kMax:
    case Aggregation::kAvg:
      return sizeof(std::uint64_t);
  }
  return 0;
}

std::string_view bytes_of(const auto& object) {
  return {reinterpret_cast<const char*>(&object), sizeof object};
}

}  // namespace

Snapshot::Snapshot(const image::Manifest& manifest, const image::ScriptMap& map)
    : manifest_(&manifest),
      map_(&map),
      storage_(&manifest.bpf_maps[map.storage]),
      key_size_(row_key_size(manifest, map)),
      value_size_(row_value_size(manifest, map)),
      rows_(key_size_ + value_size_) {}

bool Snapshot::is_keyed() const {
  return map_->key != image::TypeId::kNone;
}

std::string_view Snapshot::key_bytes(std::uint32_t row) const {
  return rows_[row].substr(0, key_size_);
}
std::string_view Snapshot::value_bytes(std::uint32_t row) const {
  return rows_[row].substr(key_size_);
}

// Bytes that the kernel did not deliver stay zero.
void Snapshot::add_row(std::string_view key, std::string_view value) {
  char* row = rows_.add();
  std::ranges::copy(key.substr(0, key_size_), row);
  std::ranges::copy(value.substr(0, value_size_), row + key_size_);
}

Result<void> Snapshot::read_scalar(kernel::MapStore& store) {
  std::uint32_t zero = 0;
  TRY(std::string bytes, store.lookup(map_->storage, bytes_of(zero)));
  Slots slots = make_slots(bytes, *storage_);
  if (!any_field(slots, map_->present_offset)) return {};
  if (map_->aggregation == Aggregation::kNone) {
    add_row({}, bytes);
    return {};
  }
  add_slots({}, 0, bytes);
  return {};
}

Result<void> Snapshot::read_scalar_buckets(kernel::MapStore& store) {
  bool is_set = false;
  TRY_DO(store.for_each(map_->storage, [&](std::string_view key, std::string_view value) {
    std::uint32_t bucket = ByteView(key).read<std::uint32_t>(0).value_or(0);
    if (bucket == 0) is_set = any_field(make_slots(value, *storage_), present_offset(*map_));
    add_slots({}, bucket, value);
  }));
  if (!is_set) rows_ = ByteArena(key_size_ + value_size_);
  return {};
}

Result<void> Snapshot::read_keyed(kernel::MapStore& store) {
  return store.for_each(map_->storage, [&](std::string_view key, std::string_view value) {
    if (map_->aggregation == Aggregation::kNone) return add_row(key, value);
    auto bucket = ByteView(key).read<std::uint64_t>(map_->bucket_offset);
    add_slots(key, image::has_buckets(*map_) ? bucket.value_or(0) : 0, value);
  });
}

// Adds what the CPUs' slots reduce to. Of a scalar map's entries only the first and those with
// something in them count.
void Snapshot::add_slots(std::string_view key, std::uint64_t number, std::string_view value) {
  Slots slots = make_slots(value, *storage_);
  const image::ValueType& type = manifest_->types[map_->value];
  bool is_optional = !is_keyed() && number != 0;
  if (map_->aggregation == Aggregation::kStats) {
    bool is_signed = manifest_->types[type.members.back().type].is_signed;
    return add_row(key, bytes_of(reduce_stats(is_signed, slots)));
  }
  if (map_->aggregation == Aggregation::kTseries) {
    Interval interval = reduce_series(map_->fold, type.is_signed, slots);
    if (is_optional && interval.count == 0) return;
    newest_epoch_ = std::max(newest_epoch_, interval.epoch);
    return add_row(key, bytes_of(interval));
  }
  std::uint64_t result = reduce(map_->aggregation, type.is_signed, slots);
  if (!image::has_buckets(*map_)) return add_row(key, bytes_of(result));
  if (is_optional && result == 0) return;
  add_row(key, bytes_of(Bucket{.number = number, .count = result}));
}

Result<Snapshot> Snapshot::read(const image::Manifest& manifest, image::ScriptMapId id,
                                kernel::MapStore& store, symbolize::StackTexts& stacks) {
  const image::ScriptMap& map = manifest.script_maps[id];
  Snapshot snapshot(manifest, map);
  Result<void> outcome = snapshot.is_keyed()       ? snapshot.read_keyed(store)
                         : image::has_buckets(map) ? snapshot.read_scalar_buckets(store)
                                                   : snapshot.read_scalar(store);
  TRY_DO(std::move(outcome).context(map.name));
  if (image::has_buckets(map))
    snapshot.sort_groups(stacks);
  else
    snapshot.sort(stacks);
  return snapshot;
}

bool Snapshot::key_less(std::uint32_t left, std::uint32_t right, StoredOrder& order) const {
  if (!is_keyed()) return false;
  auto found = order.compare(map_->key, key_bytes(left), key_bytes(right));
  return found != 0 ? found < 0 : key_bytes(left) < key_bytes(right);
}

// Most elements are ordered by a number, which stands beside the row so that sorting a large map
// does not wander through its bytes.
void Snapshot::sort(symbolize::StackTexts& stacks) {
  struct Ranked {
    std::uint64_t rank;
    std::uint32_t row;
  };
  bool is_stats = map_->aggregation == Aggregation::kStats;
  const image::ValueType& whole = manifest_->types[map_->value];
  const image::ValueType& value_type = is_stats ? manifest_->types[whole.members[1].type] : whole;
  std::uint32_t value_offset = is_stats ? offsetof(image::StatsRow, average) : 0;
  bool by_value = value_type.kind == image::ValueKind::kInteger;
  std::vector<Ranked> ranked;
  ranked.reserve(rows_.size());
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    std::uint64_t rank = 0;
    if (by_value)
      rank = order_rank(value_type, value_bytes(row).substr(value_offset));
    else if (is_keyed())
      rank = order_rank(manifest_->types[map_->key], key_bytes(row));
    ranked.push_back({rank, row});
  }
  StoredOrder order(*manifest_, stacks);
  std::ranges::sort(ranked, [&](const Ranked& left, const Ranked& right) {
    if (left.rank != right.rank) return left.rank < right.rank;
    return key_less(left.row, right.row, order);
  });
  elements_.reserve(ranked.size());
  for (const Ranked& element : ranked) elements_.push_back(element.row);
}

// What a row contributes to the number by which its key is ordered: a histogram's count.
std::uint64_t Snapshot::group_rank(std::uint32_t row) const {
  if (map_->aggregation == Aggregation::kTseries) return 0;
  auto bucket = ByteView(value_bytes(row)).read<Bucket>(0);
  return bucket ? bucket->count : 0;
}

void Snapshot::sort_groups(symbolize::StackTexts& stacks) {
  grouped_.resize(rows_.size());
  std::iota(grouped_.begin(), grouped_.end(), 0u);
  std::ranges::sort(grouped_, [&](std::uint32_t left, std::uint32_t right) {
    return key_bytes(left) < key_bytes(right);
  });
  struct Group {
    std::uint64_t rank;
    std::uint32_t first;
  };
  std::vector<Group> groups;
  for (std::uint32_t i = 0; i < grouped_.size(); ++i) {
    if (i == 0 || key_bytes(grouped_[i]) != key_bytes(grouped_[i - 1])) groups.push_back({0, i});
    groups.back().rank += group_rank(grouped_[i]);
  }
  StoredOrder order(*manifest_, stacks);
  std::ranges::sort(groups, [&](const Group& left, const Group& right) {
    if (left.rank != right.rank) return left.rank < right.rank;
    return key_less(grouped_[left.first], grouped_[right.first], order);
  });
  for (const Group& group : groups) elements_.push_back(group.first);
}

std::uint32_t Snapshot::row_of(std::size_t place) const {
  CHECK(place < elements_.size());
  return image::has_buckets(*map_) ? grouped_[elements_[place]] : elements_[place];
}

events::Value Snapshot::key(std::size_t place) const {
  if (!is_keyed()) return {};
  auto value = events::read_value(*manifest_, map_->key, key_bytes(row_of(place)));
  return value ? *std::move(value) : events::Value{};
}

events::Value Snapshot::value(std::size_t place) const {
  auto value = events::read_value(*manifest_, map_->value, value_bytes(row_of(place)));
  return value ? *std::move(value) : events::Value{};
}

std::vector<Bucket> Snapshot::buckets(std::size_t place) const {
  std::vector<Bucket> found;
  std::string_view key = key_bytes(row_of(place));
  for (std::size_t i = elements_[place]; i < grouped_.size(); ++i) {
    if (key_bytes(grouped_[i]) != key) break;
    if (auto bucket = ByteView(value_bytes(grouped_[i])).read<Bucket>(0)) found.push_back(*bucket);
  }
  return found;
}

std::vector<Interval> Snapshot::intervals(std::size_t place) const {
  std::vector<Interval> found;
  std::string_view key = key_bytes(row_of(place));
  for (std::size_t i = elements_[place]; i < grouped_.size(); ++i) {
    if (key_bytes(grouped_[i]) != key) break;
    auto interval = ByteView(value_bytes(grouped_[i])).read<Interval>(0);
    if (!interval || interval->count == 0) continue;
    if (newest_epoch_ - interval->epoch < map_->bucket_count) found.push_back(*interval);
  }
  std::ranges::sort(found, {}, &Interval::epoch);
  return found;
}

}  // namespace sonde::maps
