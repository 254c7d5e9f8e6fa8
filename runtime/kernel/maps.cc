// Reading and writing elements. libbpf's wrappers return a negative errno; one of them, the batch
// lookup, says ENOENT when it has returned the last elements and ENOSPC when a bucket of the hash
// has more elements than there is room.
#include "runtime/kernel/maps.h"

#include <bpf/bpf.h>
#include <errno.h>

#include <algorithm>
#include <unordered_set>

#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"

namespace sonde::kernel {
namespace {

constexpr std::uint32_t kBatch = 256;             // elements
constexpr std::size_t kCursorSize = 8;            // a u32 or, for some kinds, a key
constexpr std::uint32_t kMostInBatch = 1u << 20;  // no bucket is this long

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
  CHECK(!"every storage is named");
}

Error map_error(const image::BpfMap& map, std::string_view action, int code) {
  return system_error(concat("map ", map.name, ": ", action), code);
}

}  // namespace

std::size_t LoadedMaps::copied_size(const image::BpfMap& map) const {
  if (!is_per_cpu(map.storage)) return map.value_size;
  return round_up(std::size_t{map.value_size}, 8) * possible_cpus_;
}

Result<void> LoadedMaps::for_each(image::BpfMapId map, const Visit& visit) {
  TRY(bool has_batches, visit_batches(map, visit));
  if (has_batches) return {};
  return visit_singly(map, visit);
}

Result<bool> LoadedMaps::visit_batches(image::BpfMapId id, const Visit& visit) {
  const image::BpfMap& map = maps_[id];
  std::size_t value_size = copied_size(map);
  std::uint32_t room = std::min(kBatch, std::max(map.max_entries, 1u));
  std::string cursor(std::max<std::size_t>(kCursorSize, map.key_size), '\0');
  std::string keys, values;
  bool is_first = true;
  for (bool is_last = false; !is_last;) {
    keys.resize(std::size_t{room} * map.key_size);
    values.resize(room * value_size);
    std::uint32_t count = room;
    int result = bpf_map_lookup_batch(descriptor(id), is_first ? nullptr : cursor.data(),
                                      cursor.data(), keys.data(), values.data(), &count, nullptr);
    if (result == -ENOSPC && room < kMostInBatch) {
      room *= 2;
      continue;
    }
    is_last = result == -ENOENT;
    if (result < 0 && !is_last) {
      if (is_first) return false;
      return map_error(map, "read", -result);
    }
    for (std::uint32_t i = 0; i < count; ++i)
      visit(std::string_view(keys).substr(std::size_t{i} * map.key_size, map.key_size),
            std::string_view(values).substr(i * value_size, value_size));
    is_first = false;
  }
  return true;
}

// The kernel begins again from the start when the key it is to go on from is gone, so keys that
// were seen are remembered.
Result<void> LoadedMaps::visit_singly(image::BpfMapId id, const Visit& visit) {
  const image::BpfMap& map = maps_[id];
  std::unordered_set<std::string> seen;
  std::string key(map.key_size, '\0'), next(map.key_size, '\0');
  bool is_first = true;
  std::size_t restarts = 0;
  while (true) {
    int result = bpf_map_get_next_key(descriptor(id), is_first ? nullptr : key.data(), next.data());
    if (result == -ENOENT) return {};
    if (result < 0) return map_error(map, "list", -result);
    is_first = false;
    key = next;
    if (!seen.insert(key).second) {
      if (++restarts > map.max_entries) return {};
      continue;
    }
    auto value = lookup(id, key);
    if (value)
      visit(key, *value);
    else if (value.error().code != ENOENT)
      return std::move(value).error();
  }
}

Result<std::string> LoadedMaps::lookup(image::BpfMapId id, std::string_view key) {
  const image::BpfMap& map = maps_[id];
  CHECK(key.size() == map.key_size);
  std::string value(copied_size(map), '\0');
  int result = bpf_map_lookup_elem(descriptor(id), key.data(), value.data());
  if (result < 0) return map_error(map, "look up", -result);
  return value;
}

Result<void> LoadedMaps::replace(image::BpfMapId id, std::string_view key, std::string_view value) {
  const image::BpfMap& map = maps_[id];
  CHECK(key.size() == map.key_size && value.size() == copied_size(map));
  int result = bpf_map_update_elem(descriptor(id), key.data(), value.data(), BPF_EXIST);
  if (result < 0) return map_error(map, "update", -result);
  return {};
}

Result<void> LoadedMaps::erase(image::BpfMapId id, std::string_view key) {
  const image::BpfMap& map = maps_[id];
  CHECK(key.size() == map.key_size);
  int result = bpf_map_delete_elem(descriptor(id), key.data());
  if (result < 0) return map_error(map, "remove from", -result);
  return {};
}

}  // namespace sonde::kernel
