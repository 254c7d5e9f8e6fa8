// The graph of a series: units, positions, bounds.
#include "runtime/output/series.h"

#include <gtest/gtest.h>

#include <string>

namespace sonde::output {
namespace {

image::ScriptMap series(std::uint64_t interval) {
  return {.name = "@t",
          .aggregation = image::Aggregation::kTseries,
          .bucket_count = 4,
          .interval = interval};
}
maps::Interval at(std::uint64_t epoch, std::int64_t value) {
  return {.epoch = epoch, .value = static_cast<std::uint64_t>(value), .count = 1};
}
std::string line(const std::string& text, std::size_t number) {
  std::size_t begin = 0;
  for (; number > 0; --number) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}
std::string graph(std::uint64_t interval, const std::vector<maps::Interval>& values,
                  std::uint64_t newest, bool is_signed = true) {
  std::string out;
  append_series(out, series(interval), values, newest, is_signed);
  return out;
}

TEST(SeriesGraph, HasNoDataWithoutIntervals) {
  EXPECT_EQ(graph(1000, {}, 7), "<no data>\n");
}

TEST(SeriesGraph, NamesTheUnitThatItsIntervalNeeds) {
  auto header = [](std::uint64_t interval) {
    std::string text = line(graph(interval, {at(1, 1), at(2, 2)}, 2), 1);
    return text.substr(0, text.find('|'));
  };
  EXPECT_EQ(header(1'000'000'000), "hh:mm:ss ");
  EXPECT_EQ(header(999'999'999), "hh:mm:ss.ms  ");
  EXPECT_EQ(header(1'000'000), "hh:mm:ss.ms  ");
  EXPECT_EQ(header(1'000), "hh:mm:ss.\u03bcs    ");
  EXPECT_EQ(header(50), "hh:mm:ss.ns        ");
}

TEST(SeriesGraph, MarksValuesBetweenTheBoundsAndZeroWhereItIsCrossed) {
  std::string text = graph(1'000'000'000, {at(1, -7), at(2, 3), at(4, 13)}, 5);
  EXPECT_EQ(line(text, 0), "         -7                                                 13");
  std::string gap(16, ' ');
  EXPECT_EQ(line(text, 2).substr(9), "*" + gap + " ." + std::string(33, ' ') + "| -7");
  EXPECT_EQ(line(text, 3).substr(9),
            "|" + gap + " ." + std::string(7, ' ') + "*" + std::string(25, ' ') + "| 3");
  EXPECT_EQ(line(text, 4).substr(9), "|" + gap + " ." + std::string(33, ' ') + "| -");
  EXPECT_EQ(line(text, 5).substr(9), "|" + gap + " ." + std::string(33, ' ') + "* 13");
  EXPECT_EQ(line(text, 6).substr(9), "|" + gap + " ." + std::string(33, ' ') + "| -");
}

TEST(SeriesGraph, WidensBoundsThatAreEqual) {
  std::string text = graph(1'000'000'000, {at(1, INT64_MIN), at(2, INT64_MIN)}, 2);
  EXPECT_EQ(line(text, 0).substr(9, 21), "-9223372036854775809 ");
  EXPECT_EQ(line(text, 0).substr(30), "            -9223372036854775807");
  EXPECT_EQ(line(text, 2).find('*'), 9u + 26u);
}

TEST(SeriesGraph, TakesUnsignedValuesAsTheyAre) {
  std::string text = graph(1'000'000'000, {at(1, -1), at(2, 0)}, 2, /*is_signed=*/false);
  EXPECT_EQ(line(text, 0).substr(30), "            18446744073709551615");
}

TEST(SeriesJson, CountsTimeInUtcWithNineDigits) {
  std::string out;
  append_json_series(out, series(250'000'000), {at(6'800'000'001, -5), at(6'800'000'003, 4)}, true);
  EXPECT_EQ(out, R"([{"interval_start":"2023-11-14T22:13:20.250000000","value":-5},)"
                 R"({"interval_start":"2023-11-14T22:13:20.750000000","value":4}])");
}

}  // namespace
}  // namespace sonde::output
