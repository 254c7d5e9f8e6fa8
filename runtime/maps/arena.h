// ByteArena: elements of one size in large blocks, by number. A map of a million elements costs its
// bytes and no more: no node per element, and no second copy while it grows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "lexer/base/check.h"

namespace sonde::maps {

class ByteArena {
 public:
  // `stride` is the size of an element in bytes.
  explicit ByteArena(std::size_t stride)
      : stride_(stride),
        per_block_(std::max<std::size_t>(1, kBlockBytes / std::max<std::size_t>(1, stride))) {}

  // The bytes of a new element, all zero; valid as long as the arena.
  char* add() {
    if (size_ % per_block_ == 0) blocks_.push_back(std::make_unique<char[]>(per_block_ * stride_));
    ++size_;
    return element(size_ - 1);
  }
  std::string_view operator[](std::size_t index) const {
    CHECK(index < size_);
    return {element(index), stride_};
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kBlockBytes = 256 * 1024;
  char* element(std::size_t index) const {
    return blocks_[index / per_block_].get() + index % per_block_ * stride_;
  }

  std::size_t stride_;
  std::size_t per_block_;
  std::size_t size_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace sonde::maps
