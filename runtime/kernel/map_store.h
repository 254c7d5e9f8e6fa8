// MapStore: the elements of the image's BPF maps, as bytes. The seam through which maps are
// printed, cleared and zeroed; the loaded maps implement it, tests use a fake in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "codegen/image/image.h"
#include "lexer/base/result.h"

namespace sonde::kernel {

class MapStore {
 public:
  virtual ~MapStore() = default;

  // Called once per element. A per-CPU value is possible_cpu_count() values of value_size rounded
  // up to 8, one after the other.
  using Visit = std::function<void(std::string_view key, std::string_view value)>;
  // Elements that come or go meanwhile may or may not be visited; each is visited at most once.
  virtual Result<void> for_each(image::BpfMapId map, const Visit& visit) = 0;
  // ENOENT when there is no such element.
  virtual Result<std::string> lookup(image::BpfMapId map, std::string_view key) = 0;
  // The value of an element that is there; ENOENT when there is none.
  virtual Result<void> replace(image::BpfMapId map, std::string_view key,
                               std::string_view value) = 0;
  virtual Result<void> erase(image::BpfMapId map, std::string_view key) = 0;
  virtual std::uint32_t possible_cpu_count() const = 0;
};

}  // namespace sonde::kernel
