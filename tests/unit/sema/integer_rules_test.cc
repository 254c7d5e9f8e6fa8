// The types of integer expressions (spec/language.md §6), as tables.
#include <gtest/gtest.h>

#include "script.h"

namespace sonde {
namespace {

struct Row {
  std::string_view expression;
  std::string_view type;
};

// With one variable of each integer type: $i8 … $u64, $b a bool.
std::string type_of(std::string_view expression) {
  Script script(
      concat("begin { $i8 = (int8)nsecs; $i16 = (int16)nsecs; $i32 = (int32)nsecs; "
             "$i64 = (int64)nsecs; $u8 = (uint8)nsecs; $u16 = (uint16)nsecs; "
             "$u32 = (uint32)nsecs; $u64 = nsecs; $b = pid > 1; print(",
             expression, "); }"));
  return script.printed_type();
}

TEST(IntegerRules, LiteralsHaveTheSmallestSignedType) {
  constexpr Row kRows[] = {{"0", "int8"},
                           {"127", "int8"},
                           {"128", "int16"},
                           {"32768", "int32"},
                           {"2147483648", "int64"},
                           {"9223372036854775807", "int64"},
                           {"9223372036854775808", "uint64"},
                           {"18446744073709551615", "uint64"},
                           {"-1", "int8"},
                           {"-128", "int8"},
                           {"-129", "int16"},
                           {"-32769", "int32"},
                           {"-9223372036854775808", "int64"},
                           {"sizeof(int32)", "int8"},
                           {"~10", "uint64"},
                           {"1 == 2", "bool"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

TEST(IntegerRules, ArithmeticIsUnsignedWhenBothSidesAre) {
  constexpr Row kRows[] = {{"$u8 + $u32", "uint64"},  {"$u8 + $i8", "int64"},
                           {"$i8 * $i16", "int64"},   {"$u32 * $u32", "uint64"},
                           {"$u32 / $i32", "int64"},  {"$u64 % $u8", "uint64"},
                           {"$u32 & $u8", "uint64"},  {"$u32 | $i8", "int64"},
                           {"$u32 ^ $u32", "uint64"}, {"$i64 & $u64", "int64"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

TEST(IntegerRules, SubtractionIsAlwaysSigned) {
  for (std::string_view expression : {"$u32 - $u32", "$u64 - 1", "$i8 - $u8", "5 - $u32"})
    EXPECT_EQ(type_of(expression), "int64") << expression;
}

TEST(IntegerRules, LiteralsAdoptTheOtherSidesSign) {
  constexpr Row kRows[] = {{"$u32 + 1", "uint64"},  {"1 + $u32", "uint64"},
                           {"$i32 + 1", "int64"},   {"$u8 + -1", "int64"},
                           {"1 << $u8", "uint64"},  {"1 << $i8", "int64"},
                           {"$u8 * 300", "uint64"}, {"$u8 + (pid > 1 ? 1 : 0)", "uint64"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

TEST(IntegerRules, ShiftsTakeTheLeftSidesSign) {
  constexpr Row kRows[] = {{"$i8 << $u64", "int64"},
                           {"$u8 << $i64", "uint64"},
                           {"$i32 >> $u8", "int64"},
                           {"$u32 >> $i8", "uint64"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

TEST(IntegerRules, UnaryOperatorsGive64Bits) {
  constexpr Row kRows[] = {{"-$u32", "uint64"}, {"-$i8", "int64"}, {"~$u8", "uint64"},
                           {"~$i8", "int64"},   {"!$i8", "bool"},  {"$u64++", "uint64"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

TEST(IntegerRules, BoolsStayBoolsAmongThemselvesAndCountAmongIntegers) {
  constexpr Row kRows[] = {{"$b & $b", "bool"},    {"$b + $b", "bool"}, {"$b + 1", "int64"},
                           {"$b + $u8", "uint64"}, {"$b && 1", "bool"}, {"$b == 1", "bool"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

TEST(IntegerRules, ConditionalsJoinTheirArms) {
  constexpr Row kRows[] = {{"$b ? $u8 : $i32", "int32"},
                           {"$b ? 1 : 500", "int16"},
                           {"$b ? 200 : $u8", "uint8"},
                           {"$u8 ?: 3", "uint8"},
                           {"$b ? \"ab\" : \"abcd\"", "string[5]"},
                           {"if ($b) { 1 } else { $u16 }", "uint16"}};
  for (const Row& row : kRows) EXPECT_EQ(type_of(row.expression), row.type) << row.expression;
}

struct Comparison {
  std::string_view expression;
  bool is_signed;
};

TEST(IntegerRules, ComparisonsAndDivisionsAreSignedWhenEitherSideIs) {
  constexpr Comparison kRows[] = {{"$u64 < $u8", false},  {"$u64 < $i8", true}, {"$i8 < $i8", true},
                                  {"$u8 < 5", false},     {"$u8 < -5", true},   {"$i8 < 5", true},
                                  {"$u32 / 3", false},    {"$i32 / 3", true},   {"$i32 >> 1", true},
                                  {"$u32 >> $i8", false}, {"1 << $i8", true}};
  for (const Comparison& row : kRows) {
    Script script(
        concat("begin { $i8 = (int8)nsecs; $i32 = (int32)nsecs; $u8 = (uint8)nsecs; "
               "$u32 = (uint32)nsecs; $u64 = nsecs; print(",
               row.expression, "); }"));
    EXPECT_EQ(script.printed().compares_signed, row.is_signed) << row.expression;
  }
}

TEST(IntegerRules, VariablesJoinAllTheirAssignments) {
  Script script(
      "begin { $a = (int8)pid; $a = (int32)pid; $b = (uint8)pid; $b = (int8)pid; "
      "$c = 0; $c++; $d = (uint8)255; $d++; $e = nsecs; $e--; let $f : uint8 = 255; $f++; "
      "$g = 5; $g = (uint32)pid; }");
  EXPECT_EQ(script.type_of_variable("$a"), "int32");
  EXPECT_EQ(script.type_of_variable("$b"), "int16");
  EXPECT_EQ(script.type_of_variable("$c"), "int64");
  EXPECT_EQ(script.type_of_variable("$d"), "uint64");
  EXPECT_EQ(script.type_of_variable("$e"), "int64");
  EXPECT_EQ(script.type_of_variable("$f"), "uint8");
  EXPECT_EQ(script.type_of_variable("$g"), "uint32");
}

TEST(IntegerRules, MapsJoinOverTheWholeProgramInAnyOrder) {
  Script script(
      "begin { @a += 1; @k[1] = 1; @only++; @sum += nsecs; @copy = @late; } "
      "end { @a = (uint8)pid; @k[(uint32)70000] = nsecs; @late = pid; }");
  EXPECT_EQ(script.type_of_map("@a"), "uint64");
  EXPECT_EQ(script.type_of_map("@k"), "uint64");
  EXPECT_EQ(script.key_of_map("@k"), "uint32");
  EXPECT_EQ(script.type_of_map("@only"), "int64");
  EXPECT_EQ(script.type_of_map("@sum"), "int64");
  EXPECT_EQ(script.type_of_map("@copy"), "uint32");
}

}  // namespace
}  // namespace sonde
