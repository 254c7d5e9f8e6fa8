#include "runtime/symbolize/dates.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace sonde::symbolize {
namespace {

constexpr std::uint64_t kWhen = 1700000000'012345678;

TEST(Dates, FractionsOfASecondKeepTheirZeros) {
  EXPECT_EQ(with_fractions("%l|%f|%k", kWhen), "012|012345|012345678");
  EXPECT_EQ(with_fractions("%%f %H %", kWhen), "%%f %H %");
}

TEST(Dates, AreInLocalTime) {
  ::setenv("TZ", "XYZ-2", 1);
  ::tzset();
  EXPECT_EQ(date_text("%Y-%m-%d %H:%M:%S", kWhen, 64), "2023-11-15 00:13:20");
  ::setenv("TZ", "UTC", 1);
  ::tzset();
}

TEST(Dates, WhatIsEmptyOrTooLongIsNone) {
  EXPECT_EQ(date_text("", kWhen, 64), std::nullopt);
  EXPECT_EQ(date_text("12345678", kWhen, 8), std::nullopt);
  EXPECT_EQ(date_text("1234567", kWhen, 8), "1234567");
}

}  // namespace
}  // namespace sonde::symbolize
