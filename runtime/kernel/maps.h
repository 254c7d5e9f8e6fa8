// LoadedMaps: the maps of a loaded image, as descriptors, and their elements through MapStore.
// Elements are read many at a time where the kernel can, because a system call per element
// dominates the printing of a large map.
#pragma once

#include <string>
#include <string_view>

#include "codegen/image/image.h"
#include "lexer/base/dense_id.h"
#include "lexer/base/unique_fd.h"
#include "runtime/kernel/map_store.h"

namespace sonde::kernel {

class LoadedMaps final : public MapStore {
 public:
  LoadedMaps(IdVector<image::BpfMapId, image::BpfMap> maps,
             IdVector<image::BpfMapId, UniqueFd> descriptors, std::uint32_t possible_cpus)
      : maps_(std::move(maps)),
        descriptors_(std::move(descriptors)),
        possible_cpus_(possible_cpus) {}

  Result<void> for_each(image::BpfMapId map, const Visit& visit) override;
  Result<std::string> lookup(image::BpfMapId map, std::string_view key) override;
  Result<void> replace(image::BpfMapId map, std::string_view key, std::string_view value) override;
  Result<void> erase(image::BpfMapId map, std::string_view key) override;
  std::uint32_t possible_cpu_count() const override { return possible_cpus_; }

  int descriptor(image::BpfMapId map) const { return descriptors_[map].get(); }

 private:
  // Bytes that the kernel copies for one value: all CPUs' for a per-CPU map.
  std::size_t copied_size(const image::BpfMap& map) const;
  // False when the kernel has no batches for this map; nothing was visited then.
  Result<bool> visit_batches(image::BpfMapId map, const Visit& visit);
  Result<void> visit_singly(image::BpfMapId map, const Visit& visit);

  IdVector<image::BpfMapId, image::BpfMap> maps_;
  IdVector<image::BpfMapId, UniqueFd> descriptors_;
  std::uint32_t possible_cpus_;
};

}  // namespace sonde::kernel
