// Which bucket a value falls into, and where buckets begin (spec/language.md §11.3, §11.4).
#include "codegen/image/buckets.h"

#include <gtest/gtest.h>

namespace sonde::image {
namespace {

constexpr std::uint64_t kMost = ~std::uint64_t{0};
constexpr auto negative(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

struct HistCase {
  std::uint64_t value;
  bool is_signed;
  std::uint32_t bits, bucket;
};
constexpr HistCase kHistCases[] = {
    {negative(-1), true, 0, 0},
    {negative(-7), true, 2, 0},
    {0, true, 0, 1},
    {1, true, 0, 2},
    {2, true, 0, 3},
    {3, true, 0, 3},
    {4, true, 0, 4},
    {1023, false, 0, 11},
    {1024, false, 0, 12},
    {std::uint64_t{1} << 62, false, 0, 64},
    {kMost, false, 0, 65},
    {kMost >> 1, true, 0, 64},
    {3, false, 2, 4},
    {4, false, 2, 5},
    {7, false, 2, 8},
    {8, false, 2, 9},
    {9, false, 2, 9},
    {10, false, 2, 10},
    {15, false, 2, 12},
    {16, false, 2, 13},
    {kMost, false, 2, 252},
    {31, false, 5, 32},
    {32, false, 5, 33},
    {63, false, 5, 64},
    {64, false, 5, 65},
    {kMost, false, 5, 1920},
};

TEST(HistBuckets, AreFoundByTheSpecsFunction) {
  for (const HistCase& c : kHistCases)
    EXPECT_EQ(hist_bucket(c.value, c.is_signed, c.bits), c.bucket) << c.value << " k=" << c.bits;
}

TEST(HistBuckets, TheLargestValueFallsIntoTheLastBucket) {
  for (std::uint32_t bits = 0; bits <= 5; ++bits)
    EXPECT_EQ(hist_bucket(kMost, false, bits), hist_bucket_count(bits) - 1) << bits;
  EXPECT_EQ(hist_bucket_count(0), 66u);
  EXPECT_EQ(hist_bucket_count(5), 1921u);
}

TEST(HistBuckets, EveryEdgeBeginsItsBucket) {
  for (std::uint32_t bits = 0; bits <= 5; ++bits) {
    for (std::uint32_t bucket = 1; bucket < hist_bucket_count(bits); ++bucket) {
      HistEdge edge = hist_lower_edge(bucket, bits);
      std::uint64_t low = edge.mantissa << edge.power;
      EXPECT_EQ(hist_bucket(low, false, bits), bucket);
      EXPECT_TRUE(low == 0 || hist_bucket(low - 1, false, bits) == bucket - 1) << bucket;
    }
  }
}

struct LhistCase {
  std::uint64_t value;
  bool is_signed;
  std::int64_t low, high, step;
  std::uint32_t bucket;
};
constexpr LhistCase kLhistCases[] = {
    {negative(-1), true, 0, 50, 10, 0}, {0, true, 0, 50, 10, 1},      {9, true, 0, 50, 10, 1},
    {10, true, 0, 50, 10, 2},           {49, true, 0, 50, 10, 5},     {50, true, 0, 50, 10, 6},
    {51, true, 0, 50, 10, 6},           {kMost, false, 0, 50, 10, 6}, {99, true, 100, 180, 30, 0},
    {100, true, 100, 180, 30, 1},       {159, true, 100, 180, 30, 2}, {160, true, 100, 180, 30, 3},
    {180, true, 100, 180, 30, 3},       {181, true, 100, 180, 30, 3},
};

TEST(LhistBuckets, AreFoundByTheSpecsFunction) {
  for (const LhistCase& c : kLhistCases)
    EXPECT_EQ(lhist_bucket(c.value, c.is_signed, c.low, c.high, c.step), c.bucket) << c.value;
  EXPECT_EQ(lhist_bucket_count(0, 50, 10), 7u);
  EXPECT_EQ(lhist_bucket_count(100, 180, 30), 4u);
  EXPECT_EQ(lhist_lower_edge(3, 100, 30), 160);
}

}  // namespace
}  // namespace sonde::image
