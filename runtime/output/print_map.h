// What a map print shows, whichever form it takes: which elements, divided by what.
#pragma once

#include "runtime/events/read_value.h"
#include "runtime/maps/snapshot.h"
#include "runtime/output/divide.h"
#include "runtime/output/histogram.h"
#include "runtime/output/output.h"

namespace sonde::output {

// A large map is written in pieces of about this size.
constexpr std::size_t kChunkBytes = 32 * 1024;

// print() of a scalar map that is not set shows the zero of its type; a histogram has none.
inline bool shows_zero(const maps::Snapshot& map, const MapPrint& print) {
  return print.is_requested && map.size() == 0 && !map.is_keyed() && !image::has_buckets(map.map());
}

inline bool is_series(const maps::Snapshot& map) {
  return map.map().aggregation == image::Aggregation::kTseries;
}

// Only the last `top` elements are shown.
inline std::size_t first_place(const maps::Snapshot& map, const MapPrint& print) {
  return print.top != 0 && map.size() > print.top ? map.size() - print.top : 0;
}

// Of stats the average and the total are divided, and not the count.
inline events::Value element_value(const maps::Snapshot& map, std::size_t place,
                                   const MapPrint& print) {
  events::Value value = map.value(place);
  bool is_stats = map.map().aggregation == image::Aggregation::kStats;
  if (auto* row = std::get_if<events::Record>(&value.is); is_stats && row) {
    for (std::size_t i = 1; i < row->members.size(); ++i) divide(row->members[i], print.div);
  } else {
    divide(value, print.div);
  }
  return value;
}

inline std::vector<HistogramRow> element_rows(const maps::Snapshot& map, std::size_t place,
                                              const MapPrint& print) {
  std::vector<BucketCount> counts;
  for (const maps::Bucket& bucket : map.buckets(place))
    counts.push_back({.bucket = bucket.number, .count = bucket.count});
  return histogram_rows(map.map(), counts, print.div);
}

}  // namespace sonde::output
