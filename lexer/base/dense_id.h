// Dense ids: small integers of their own type that index a vector. DENSE_ID-like types are plain
// enums, so they cost nothing and cannot be mixed up; IdVector indexes by exactly one of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "lexer/base/check.h"

namespace sonde {

template <typename Id>
constexpr std::size_t to_index(Id id) {
  return static_cast<std::size_t>(id);
}

template <typename Id, typename T>
class IdVector {
 public:
  IdVector() = default;
  explicit IdVector(std::size_t size, T value = T{}) : items_(size, std::move(value)) {}

  Id push_back(T value) {
    items_.push_back(std::move(value));
    return static_cast<Id>(items_.size() - 1);
  }
  T& operator[](Id id) {
    CHECK(to_index(id) < items_.size());
    return items_[to_index(id)];
  }
  const T& operator[](Id id) const {
    CHECK(to_index(id) < items_.size());
    return items_[to_index(id)];
  }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void resize(std::size_t size, T value = T{}) { items_.resize(size, std::move(value)); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  Id next_id() const { return static_cast<Id>(items_.size()); }

 private:
  std::vector<T> items_;
};

}  // namespace sonde
