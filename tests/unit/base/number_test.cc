// The forms of numbers: spec/language.md §2.5.
#include "lexer/base/number.h"

#include <gtest/gtest.h>

namespace sonde {
namespace {

using Outcome = NumberReading::Outcome;

struct Good {
  const char* text;
  std::uint64_t value;
};
class ReadsNumber : public testing::TestWithParam<Good> {};

TEST_P(ReadsNumber, WithItsValue) {
  NumberReading reading = read_number(GetParam().text);
  EXPECT_TRUE(reading.read()) << reading.problem;
  EXPECT_EQ(reading.value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ReadsNumber,
    testing::Values(Good{"0", 0}, Good{"7", 7}, Good{"1_000_000", 1000000}, Good{"9_0_0", 900},
                    Good{"0x2A", 42}, Good{"0Xffff_0000", 0xffff0000}, Good{"0x10d", 0x10d},
                    Good{"052", 42}, Good{"0017", 15}, Good{"00", 0}, Good{"0_0", 0},
                    Good{"0b101", 5}, Good{"0B1_1", 3}, Good{"3e6", 3000000},
                    Good{"9e18", 9000000000000000000u}, Good{"250ns", 250}, Good{"45us", 45000},
                    Good{"6ms", 6000000}, Good{"2s", 2000000000}, Good{"4m", 240000000000},
                    Good{"1h", 3600000000000}, Good{"2d", 172800000000000}, Good{"0s", 0},
                    Good{"1_500us", 1500000}, Good{"1e2ms", 100000000}, Good{"10u", 10},
                    Good{"10UL", 10}, Good{"10ll", 10}, Good{"10ULL", 10}, Good{"10Lu", 10},
                    Good{"2e3u", 2000}, Good{"0x10ul", 16}, Good{"4294967295u", 4294967295},
                    Good{"9223372036854775807ll", INT64_MAX},
                    Good{"18446744073709551615", UINT64_MAX},
                    Good{"0xffffffffffffffff", UINT64_MAX}));

struct Bad {
  const char* text;
  Outcome outcome;
  const char* problem;
  std::size_t begin;
  std::size_t end;
};
class RefusesNumber : public testing::TestWithParam<Bad> {};

TEST_P(RefusesNumber, SayingWhere) {
  NumberReading reading = read_number(GetParam().text);
  EXPECT_EQ(reading.outcome, GetParam().outcome);
  EXPECT_EQ(reading.problem, GetParam().problem);
  EXPECT_EQ(reading.problem_begin, GetParam().begin);
  EXPECT_EQ(reading.problem_end, GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RefusesNumber,
    testing::Values(
        Bad{"", Outcome::kMalformed, "a number needs digits", 0, 0},
        Bad{"x", Outcome::kMalformed, "a number needs digits", 0, 1},
        Bad{"12qq", Outcome::kMalformed, "unknown suffix `qq` on a number", 2, 4},
        Bad{"5MS", Outcome::kMalformed, "unknown suffix `MS` on a number", 1, 3},
        Bad{"44_", Outcome::kMalformed, "a number may not end in `_`", 2, 3},
        Bad{"0x_", Outcome::kMalformed, "a number needs digits", 0, 3},
        Bad{"089", Outcome::kMalformed, "`8` is no digit of an octal number", 1, 2},
        Bad{"0b12", Outcome::kMalformed, "`2` is no digit of a binary number", 3, 4},
        Bad{"010ms", Outcome::kMalformed, "unknown suffix `ms` on a number", 3, 5},
        Bad{"1e", Outcome::kMalformed, "unknown suffix `e` on a number", 1, 2},
        Bad{"10e3", Outcome::kMalformed, "the part before `e` must be one digit from 1 to 9", 0, 2},
        Bad{"3e05", Outcome::kMalformed, "an exponent may not begin with 0", 2, 4},
        Bad{"18446744073709551616", Outcome::kTooBig,
            "`18446744073709551616` is more than the maximum, 18446744073709551615", 0, 20},
        Bad{"2e19", Outcome::kTooBig, "`2e19` is more than the maximum, 18446744073709551615", 0,
            4},
        Bad{"1e999999999999999999999", Outcome::kTooBig,
            "`1e999999999999999999999` is more than the maximum, 18446744073709551615", 0, 23},
        Bad{"4294967296u", Outcome::kTooBig, "`4294967296u` is more than the maximum, 4294967295",
            0, 11},
        Bad{"300000d", Outcome::kTooBig, "`300000d` is more than 18446744073709551615 nanoseconds",
            0, 7}));

}  // namespace
}  // namespace sonde
