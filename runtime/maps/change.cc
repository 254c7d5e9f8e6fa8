// Keys are collected before anything changes, because a walk over a kernel hash that loses elements
// meanwhile may begin anew. An element that a probe has deleted in between is no error.
#include "runtime/maps/change.h"

#include <cerrno>
#include <cstring>

#include "codegen/image/wire.h"
#include "lexer/base/round_up.h"
#include "runtime/maps/arena.h"
#include "runtime/maps/reduce.h"

namespace sonde::maps {
namespace {

struct Elements {
  ByteArena keys;
  std::size_t value_size = 0;  // of all CPUs
};

Result<Elements> collect(const image::Manifest& manifest, image::BpfMapId map,
                         kernel::MapStore& store) {
  std::uint32_t key_size = manifest.bpf_maps[map].key_size;
  Elements elements{.keys = ByteArena(key_size), .value_size = 0};
  TRY_DO(store.for_each(map, [&](std::string_view key, std::string_view value) {
    std::memcpy(elements.keys.add(), key.data(), std::min<std::size_t>(key.size(), key_size));
    elements.value_size = value.size();
  }));
  return elements;
}

// A value of zeros in which the present flags of `old` are kept.
std::string zero_keeping_present(const image::Manifest& manifest, const image::ScriptMap& map,
                                 const std::string& old) {
  std::string zeros(old.size(), '\0');
  std::size_t slot_size = round_up(manifest.bpf_maps[map.storage].value_size, 8);
  std::size_t offset = present_offset(map);
  for (std::size_t at = 0; at + slot_size <= old.size() && slot_size > 0; at += slot_size)
    if (offset + sizeof(std::uint64_t) <= slot_size)
      std::memcpy(&zeros[at + offset], &old[at + offset], sizeof(std::uint64_t));
  return zeros;
}

// An update that comes between this and the removal of the elements notes its key again.
Result<void> clear_index(const image::Manifest& manifest, const image::ScriptMap& map,
                         kernel::MapStore& store) {
  TRY(Elements elements, collect(manifest, map.key_index, store));
  for (std::size_t i = 0; i < elements.keys.size(); ++i) {
    Result<void> done = store.erase(map.key_index, elements.keys[i]);
    if (!done && done.error().code != ENOENT) return std::move(done).context(map.name);
  }
  return {};
}

}  // namespace

Result<void> clear(const image::Manifest& manifest, image::ScriptMapId id,
                   kernel::MapStore& store) {
  const image::ScriptMap& map = manifest.script_maps[id];
  TRY(Elements elements, collect(manifest, map.storage, store));
  bool is_scalar = map.key == image::TypeId::kNone;
  std::string zeros(elements.value_size, '\0');
  for (std::size_t i = 0; i < elements.keys.size(); ++i) {
    std::string_view key = elements.keys[i];
    Result<void> done =
        is_scalar ? store.replace(map.storage, key, zeros) : store.erase(map.storage, key);
    if (!done && done.error().code != ENOENT) return std::move(done).context(map.name);
  }
  if (map.key_index != image::BpfMapId::kNone) return clear_index(manifest, map, store);
  return {};
}

Result<void> zero(const image::Manifest& manifest, image::ScriptMapId id, kernel::MapStore& store) {
  const image::ScriptMap& map = manifest.script_maps[id];
  TRY(Elements elements, collect(manifest, map.storage, store));
  bool has_flag = map.key == image::TypeId::kNone || image::has_buckets(map);
  std::string zeros(elements.value_size, '\0');
  for (std::size_t i = 0; i < elements.keys.size(); ++i) {
    std::string_view key = elements.keys[i];
    if (has_flag) {
      auto old = store.lookup(map.storage, key);
      if (!old && old.error().code == ENOENT) continue;
      if (!old) return std::move(old).error().context(map.name);
      zeros = zero_keeping_present(manifest, map, *old);
    }
    Result<void> done = store.replace(map.storage, key, zeros);
    if (!done && done.error().code != ENOENT) return std::move(done).context(map.name);
  }
  return {};
}

}  // namespace sonde::maps
