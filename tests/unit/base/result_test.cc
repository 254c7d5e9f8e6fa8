#include "lexer/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace sonde {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error{.message = "half: odd", .code = EINVAL, .hint = "double it"};
  return value / 2;
}

Result<int> quarter(int value) {
  TRY(int halved, half(value));
  return half(halved);
}

Result<void> check_even(int value) {
  TRY_DO([&]() -> Result<void> {
    if (value % 2 != 0) return Error{.message = "odd", .code = 0, .hint = {}};
    return {};
  }());
  return {};
}

TEST(Result, CarriesAValue) {
  Result<int> result = half(8);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, 4);
}

TEST(Result, CarriesAnError) {
  Result<int> result = half(7);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "half: odd");
  EXPECT_EQ(result.error().code, EINVAL);
  EXPECT_EQ(result.error().hint, "double it");
}

TEST(Result, TryPassesTheFirstErrorOn) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).error().message, "half: odd");
}

TEST(Result, TryDoPassesErrorsOn) {
  EXPECT_TRUE(check_even(2));
  EXPECT_EQ(check_even(3).error().message, "odd");
}

TEST(Result, ContextPutsASubjectInFront) {
  EXPECT_EQ(half(7).context("map @x").error().message, "map @x: half: odd");
  EXPECT_EQ(half(7).context("map @x").error().code, EINVAL);
  EXPECT_EQ(*half(6).context("map @x"), 3);
  EXPECT_EQ(check_even(3).context("check").error().message, "check: odd");
}

TEST(Result, ValueOrGivesTheFallbackForAnError) {
  EXPECT_EQ(half(7).value_or(-1), -1);
  EXPECT_EQ(half(6).value_or(-1), 3);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 5);
}

TEST(Result, SystemErrorKeepsTheCode) {
  Error error = system_error("open /x", ENOENT);
  EXPECT_EQ(error.message, "open /x: No such file or directory");
  EXPECT_EQ(error.code, ENOENT);
}

TEST(CheckDeathTest, SaysWhereAndAborts) {
  EXPECT_DEATH(CHECK(1 == 2), "BUG: \\[.*result_test.cc:[0-9]+\\] 1 == 2");
}

}  // namespace
}  // namespace sonde
