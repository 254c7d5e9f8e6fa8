// Histograms of one key: which buckets are shown, where each begins and ends, and the text of their
// rows (spec/cli_output.md §4.4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codegen/image/image.h"

namespace sonde::output {

struct HistogramRow {
  std::optional<std::uint64_t> first;  // none: everything below
  std::optional<std::uint64_t> last;   // inclusive; none: everything above
  std::string label;
  std::uint64_t count = 0;
};

// A bucket that was counted in; buckets come in any order, each at most once.
struct BucketCount {
  std::uint64_t bucket = 0;
  std::uint64_t count = 0;
};

// From the first to the last bucket that is not zero, none when all are. Counts are divided by
// `div` afterwards; an lhist is never divided. Buckets that the map cannot have are left out.
std::vector<HistogramRow> histogram_rows(const image::ScriptMap& map,
                                         std::span<const BucketCount> counts, std::uint64_t div);
void append_histogram(std::string& out, const std::vector<HistogramRow>& rows);

}  // namespace sonde::output
