// Snapshot: the elements of a script map as they were when it was read, reduced over CPUs and in
// the order in which they are printed (spec/cli_output.md §5).
//
// Memory: a key and a reduced value for each element in one arena and a number of 4 bytes for its
// place in the order, and while it is sorted 16 bytes more. A map of a million elements of 16 bytes
// takes 36 MB at most.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/events/value.h"
#include "runtime/kernel/map_store.h"
#include "runtime/maps/arena.h"
#include "runtime/maps/order.h"
#include "runtime/maps/reduce.h"
#include "runtime/symbolize/stack_texts.h"

namespace sonde::maps {

struct Bucket {
  std::uint64_t number = 0;
  std::uint64_t count = 0;
};

class Snapshot {
 public:
  // Fails when the kernel does.
  static Result<Snapshot> read(const image::Manifest& manifest, image::ScriptMapId map,
                               kernel::MapStore& store, symbolize::StackTexts& stacks);

  // The number of script keys; of a scalar map 1 when it was set, else 0.
  std::size_t size() const { return elements_.size(); }
  bool is_keyed() const;
  const image::ScriptMap& map() const { return *map_; }

  // `place` counts in the order of printing. A scalar map has no key, one with buckets no value.
  events::Value key(std::size_t place) const;
  events::Value value(std::size_t place) const;
  std::vector<Bucket> buckets(std::size_t place) const;
  // Of a series: the intervals with a value, oldest first, and the newest one of all keys, which is
  // where every key's series ends.
  std::vector<Interval> intervals(std::size_t place) const;
  std::uint64_t newest_epoch() const { return newest_epoch_; }

 private:
  Snapshot(const image::Manifest& manifest, const image::ScriptMap& map);
  Result<void> read_scalar(kernel::MapStore& store);
  Result<void> read_scalar_buckets(kernel::MapStore& store);
  Result<void> read_keyed(kernel::MapStore& store);
  void sort(symbolize::StackTexts& stacks);
  void sort_groups(symbolize::StackTexts& stacks);
  void add_slots(std::string_view key, std::uint64_t bucket, std::string_view value);
  std::uint64_t group_rank(std::uint32_t row) const;
  void add_row(std::string_view key, std::string_view value);
  std::string_view key_bytes(std::uint32_t row) const;
  std::string_view value_bytes(std::uint32_t row) const;
  std::uint32_t row_of(std::size_t place) const;
  bool key_less(std::uint32_t left, std::uint32_t right, StoredOrder& order) const;

  const image::Manifest* manifest_;
  const image::ScriptMap* map_;
  const image::BpfMap* storage_;
  std::uint32_t key_size_ = 0;    // of a row: the script's key without the bucket
  std::uint32_t value_size_ = 0;  // of a row
  ByteArena rows_;
  std::uint64_t newest_epoch_ = 0;
  std::vector<std::uint32_t> grouped_;  // with buckets: rows by key
  std::vector<std::uint32_t>
      elements_;  // by printing order: a row, or where a group begins in grouped_
};

}  // namespace sonde::maps
