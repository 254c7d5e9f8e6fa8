// Rows of hist and lhist: which are shown, their labels, bars and JSON (spec/cli_output.md §4.4,
// §6).
#include "runtime/output/histogram.h"

#include <gtest/gtest.h>

#include "codegen/image/buckets.h"
#include "runtime/output/json_value.h"

namespace sonde::output {
namespace {

using image::Aggregation;
using image::ScriptMap;

ScriptMap hist(std::uint32_t bits) {
  ScriptMap map{.name = "@h", .aggregation = Aggregation::kHist};
  map.hist_bits = bits;
  map.bucket_count = image::hist_bucket_count(bits);
  return map;
}
ScriptMap lhist(std::int64_t low, std::int64_t high, std::int64_t step) {
  ScriptMap map{.name = "@l", .aggregation = Aggregation::kLhist};
  map.lhist_low = low;
  map.lhist_high = high;
  map.lhist_step = step;
  map.bucket_count = image::lhist_bucket_count(low, high, step);
  return map;
}

struct Counted {
  std::int64_t value;
  std::uint64_t count;
};
std::vector<BucketCount> buckets(const ScriptMap& map, std::vector<Counted> values) {
  std::vector<BucketCount> counts;
  for (const Counted& entry : values) {
    auto value = static_cast<std::uint64_t>(entry.value);
    std::uint32_t bucket =
        map.aggregation == Aggregation::kHist
            ? image::hist_bucket(value, true, map.hist_bits)
            : image::lhist_bucket(value, true, map.lhist_low, map.lhist_high, map.lhist_step);
    counts.push_back({.bucket = bucket, .count = entry.count});
  }
  return counts;
}
std::string text(const ScriptMap& map, std::vector<Counted> values, std::uint32_t div = 0) {
  std::string out;
  append_histogram(out, histogram_rows(map, buckets(map, values), div));
  return out;
}
std::string json(const ScriptMap& map, std::vector<Counted> values) {
  std::string out;
  append_json_histogram(out, histogram_rows(map, buckets(map, values), 0));
  return out;
}
std::string labels(const ScriptMap& map, std::vector<Counted> values) {
  std::string out;
  for (const HistogramRow& row : histogram_rows(map, buckets(map, values), 0))
    out += row.label + ' ';
  return out;
}

TEST(Histogram, PowersOfTwoLookAsSpecified) {
  EXPECT_EQ(text(hist(0), {{-3, 1}, {0, 2}, {1, 5}, {2, 8}, {5, 13}, {9, 21}, {40, 7}, {1500, 3}}),
            "(..., 0)               1 |@@                                                  |\n"
            "[0]                    2 |@@@@                                                |\n"
            "[1]                    5 |@@@@@@@@@@@@                                        |\n"
            "[2, 4)                 8 |@@@@@@@@@@@@@@@@@@@                                 |\n"
            "[4, 8)                13 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@                    |\n"
            "[8, 16)               21 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n"
            "[16, 32)               0 |                                                    |\n"
            "[32, 64)               7 |@@@@@@@@@@@@@@@@@                                   |\n"
            "[64, 128)              0 |                                                    |\n"
            "[128, 256)             0 |                                                    |\n"
            "[256, 512)             0 |                                                    |\n"
            "[512, 1K)              0 |                                                    |\n"
            "[1K, 2K)               3 |@@@@@@@                                             |\n");
}

TEST(Histogram, FinerBucketsLookAsSpecified) {
  EXPECT_EQ(text(hist(2), {{5, 2}, {6, 1}, {7, 1}, {8, 2}, {11, 1}}),
            "[5]                    2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n"
            "[6]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |\n"
            "[7]                    1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |\n"
            "[8, 10)                2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n"
            "[10, 12)               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |\n");
}

TEST(Histogram, LinearBucketsLookAsSpecified) {
  EXPECT_EQ(text(lhist(0, 50, 10), {{-1, 1}, {3, 1}, {12, 3}, {20, 4}, {50, 2}}),
            "(..., 0)               1 |@@@@@@@@@@@@@                                       |\n"
            "[0, 10)                1 |@@@@@@@@@@@@@                                       |\n"
            "[10, 20)               3 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@             |\n"
            "[20, 30)               4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n"
            "[30, 40)               0 |                                                    |\n"
            "[40, 50)               0 |                                                    |\n"
            "[50, ...)              2 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |\n");
}

TEST(Histogram, EdgesTakeUnitsAtMultiplesOf1024) {
  EXPECT_EQ(labels(hist(0), {{512, 1}, {1024, 1}}), "[512, 1K) [1K, 2K) ");
  EXPECT_EQ(labels(hist(1), {{1024, 1}, {2048, 1}}), "[1024, 1536) [1536, 2K) [2K, 3K) ");
  EXPECT_EQ(labels(hist(0), {{std::int64_t{1} << 39, 1}, {std::int64_t{1} << 40, 1}}),
            "[512G, 1T) [1T, 2T) ");
  EXPECT_EQ(labels(hist(0), {{std::int64_t{1} << 62, 1}}), "[4E, 8E) ");
  EXPECT_EQ(labels(lhist(0, 8192, 1024), {{300, 1}, {1500, 1}}), "[0, 1K) [1K, 2K) ");
  EXPECT_EQ(labels(lhist(0, 2097152, 524288), {{600000, 1}, {1100000, 1}, {2000000, 1}}),
            "[512K, 1M) [1M, 1536K) [1536K, 2M) ");
  EXPECT_EQ(labels(lhist(0, 6000, 2000), {{3500, 1}}), "[2000, 4000) ");
}

TEST(Histogram, TheTopBucketEndsAtSixteenE) {
  std::vector<BucketCount> top{{.bucket = 65, .count = 1}};
  auto rows = histogram_rows(hist(0), top, 0);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].label, "[8E, 16E)");
  EXPECT_EQ(rows[0].last, UINT64_MAX);
}

TEST(Histogram, LinearRangesThatTheStepDoesNotDivideEndEarly) {
  EXPECT_EQ(labels(lhist(100, 180, 30), {{99, 1}, {100, 1}, {135, 1}, {165, 1}}),
            "(..., 100) [100, 130) [130, 160) [160, ...) ");
  EXPECT_EQ(labels(lhist(3, 8, 1), {{2, 1}, {3, 1}, {8, 1}}),
            "(..., 3) [3] [4] [5] [6] [7] [8, ...) ");
}

TEST(Histogram, BarsAreRoundedDown) {
  EXPECT_EQ(text(hist(0), {{1, 7}, {2, 3}, {4, 5}, {8, 6}}),
            "[1]                    7 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n"
            "[2, 4)                 3 |@@@@@@@@@@@@@@@@@@@@@@                              |\n"
            "[4, 8)                 5 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@               |\n"
            "[8, 16)                6 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@        |\n");
}

TEST(Histogram, DivisionScalesCountsOfHistAndLeavesLhistAlone) {
  EXPECT_EQ(text(hist(0), {{10, 40}, {20, 15}}, 10),
            "[8, 16)                4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n"
            "[16, 32)               1 |@@@@@@@@@@@@@                                       |\n");
  EXPECT_EQ(text(hist(0), {{10, 4}}, 1000),
            "[8, 16)                0 |                                                    |\n");
  EXPECT_EQ(text(lhist(0, 20, 10), {{5, 40}}, 10),
            "[0, 10)               40 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n");
}

TEST(Histogram, ALongLabelShiftsItsRow) {
  std::string row = text(hist(3), {{(std::int64_t{1} << 59) + 1, 1}});
  EXPECT_EQ(row.substr(0, 27), "[512P, 576P)           1 |@");
  row = text(lhist(1000000000000, 2000000000000, 1000000000), {{1000000000000, 1}});
  EXPECT_EQ(row.substr(0, 44), "[1000000000000, 1001000000000)       1 |@@@@");
}

TEST(Histogram, NothingCountedShowsNoRow) {
  EXPECT_EQ(text(hist(0), {{5, 0}}), "");
  EXPECT_EQ(json(hist(0), {{5, 0}}), "[]");
}

TEST(Histogram, JsonBoundsAreInclusiveNumbers) {
  EXPECT_EQ(json(hist(0), {{-7, 1}, {0, 1}, {1, 1}, {6, 2}}),
            "[{\"max\": -1, \"count\": 1},{\"min\": 0, \"max\": 0, \"count\": 1},"
            "{\"min\": 1, \"max\": 1, \"count\": 1},{\"min\": 2, \"max\": 3, \"count\": 0},"
            "{\"min\": 4, \"max\": 7, \"count\": 2}]");
  EXPECT_EQ(
      json(lhist(0, 40, 10), {{-1, 1}, {5, 1}, {90, 1}}).substr(0, 74),
      "[{\"max\": -1, \"count\": 1},{\"min\": 0, \"max\": 9, \"count\": 1},{\"min\": 10, \"max");
  EXPECT_EQ(json(lhist(0, 40, 10), {{90, 1}}), "[{\"min\": 40, \"count\": 1}]");
  EXPECT_EQ(json(hist(0), {{std::int64_t{1} << 54, 1}}),
            "[{\"min\": 18014398509481984, \"max\": \"36028797018963967\", \"count\": 1}]");
}

}  // namespace
}  // namespace sonde::output
