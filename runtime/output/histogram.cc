// Labels are made from a bucket's number, not from its edges: the edge behind the last hist bucket
// is 2^64. The bar is computed in single precision, because that is what decides the last character
// where a count nearly fills a column.
#include "runtime/output/histogram.h"

#include <algorithm>

#include "codegen/image/buckets.h"
#include "lexer/base/concat.h"

namespace sonde::output {
namespace {

using image::ScriptMap;

constexpr std::size_t kLabelWidth = 16, kCountWidth = 8, kBarWidth = 52;
constexpr std::string_view kUnits[] = {"", "K", "M", "G", "T", "P", "E"};
constexpr std::int64_t kKilo = 1024, kMega = 1024 * 1024;

std::string hist_edge_text(std::uint32_t bucket, std::uint32_t bits) {
  image::HistEdge edge = image::hist_lower_edge(bucket, bits);
  return concat(edge.mantissa << (edge.power % 10), kUnits[edge.power / 10]);
}

HistogramRow hist_row(const ScriptMap& map, std::uint32_t bucket) {
  if (bucket == 0) return {.first = {}, .last = ~std::uint64_t{0}, .label = "(..., 0)", .count = 0};
  auto edge_value = [&](std::uint32_t number) {
    image::HistEdge edge = image::hist_lower_edge(number, map.hist_bits);
    return edge.mantissa << edge.power;
  };
  HistogramRow row;
  row.first = edge_value(bucket);
  bool is_top = bucket + 1 == map.bucket_count;
  row.last = is_top ? ~std::uint64_t{0} : edge_value(bucket + 1) - 1;
  std::string low = hist_edge_text(bucket, map.hist_bits);
  row.label = row.first == row.last
                  ? concat('[', low, ']')
                  : concat('[', low, ", ", hist_edge_text(bucket + 1, map.hist_bits), ')');
  return row;
}

std::string lhist_edge_text(std::int64_t edge, std::int64_t step) {
  if (edge != 0 && step % kKilo == 0) {
    if (edge % kMega == 0) return concat(edge / kMega, 'M');
    if (edge % kKilo == 0) return concat(edge / kKilo, 'K');
  }
  return concat(edge);
}

HistogramRow lhist_row(const ScriptMap& map, std::uint32_t bucket) {
  auto text = [&](std::int64_t edge) { return lhist_edge_text(edge, map.lhist_step); };
  HistogramRow row;
  if (bucket == 0) {
    row.last = static_cast<std::uint64_t>(map.lhist_low) - 1;
    row.label = concat("(..., ", text(map.lhist_low), ')');
    return row;
  }
  std::int64_t low = image::lhist_lower_edge(bucket, map.lhist_low, map.lhist_step);
  row.first = static_cast<std::uint64_t>(low);
  if (bucket + 1 == map.bucket_count) {
    row.label = concat('[', text(low), ", ...)");
    return row;
  }
  row.last = static_cast<std::uint64_t>(low + map.lhist_step - 1);
  row.label = map.lhist_step == 1 ? concat('[', text(low), ']')
                                  : concat('[', text(low), ", ", text(low + map.lhist_step), ')');
  return row;
}

}  // namespace

std::vector<HistogramRow> histogram_rows(const ScriptMap& map, std::span<const BucketCount> counts,
                                         std::uint64_t div) {
  bool is_linear = map.aggregation == image::Aggregation::kLhist;
  std::uint64_t divisor = is_linear || div == 0 ? 1 : div;
  std::vector<std::uint64_t> by_bucket(map.bucket_count);
  std::size_t begin = map.bucket_count, end = 0;
  for (const BucketCount& entry : counts) {
    if (entry.count == 0 || entry.bucket >= map.bucket_count) continue;
    by_bucket[entry.bucket] = entry.count;
    begin = std::min<std::size_t>(begin, entry.bucket);
    end = std::max<std::size_t>(end, entry.bucket + 1);
  }
  std::vector<HistogramRow> rows;
  for (std::size_t i = begin; i < end; ++i) {
    auto bucket = static_cast<std::uint32_t>(i);
    rows.push_back(is_linear ? lhist_row(map, bucket) : hist_row(map, bucket));
    rows.back().count = by_bucket[i] / divisor;
  }
  return rows;
}

void append_histogram(std::string& out, const std::vector<HistogramRow>& rows) {
  std::uint64_t most = 0;
  for (const HistogramRow& row : rows) most = std::max(most, row.count);
  for (const HistogramRow& row : rows) {
    std::string count = concat(row.count);
    std::size_t bar = 0;
    if (most > 0)
      bar = static_cast<std::size_t>(static_cast<float>(row.count) / static_cast<float>(most) *
                                     static_cast<float>(kBarWidth));
    bar = std::min(bar, kBarWidth);
    out += row.label;
    if (row.label.size() < kLabelWidth) out.append(kLabelWidth - row.label.size(), ' ');
    if (count.size() < kCountWidth) out.append(kCountWidth - count.size(), ' ');
    out += concat(count, " |", std::string(bar, '@'), std::string(kBarWidth - bar, ' '), "|\n");
  }
}

}  // namespace sonde::output
