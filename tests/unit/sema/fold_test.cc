// Folding of constants (spec/language.md §3.9): values, and what cannot be folded.
#include <gtest/gtest.h>

#include "script.h"

namespace sonde {
namespace {

// The constant as --emit=types shows it.
std::string folded(std::string_view expression) {
  Script script(concat("begin { print(", expression, "); }"));
  const sema::ExpressionFacts& facts = script.printed();
  if (const auto* bits = std::get_if<std::uint64_t>(&facts.constant))
    return script.typed().types.at(facts.type).is_signed ? concat(static_cast<std::int64_t>(*bits))
                                                         : concat(*bits);
  if (const auto* truth = std::get_if<bool>(&facts.constant)) return concat(*truth);
  if (const auto* text = std::get_if<std::string>(&facts.constant)) return *text;
  return script.kinds();
}

struct Row {
  std::string_view expression;
  std::string_view value;
};

TEST(Fold, Arithmetic) {
  constexpr Row kRows[] = {{"2 + 3 * 4 - 6 / 2", "11"},
                           {"(2 + 3) * 4 % 7", "6"},
                           {"1 - 2", "-1"},
                           {"-20 / 3", "-6"},
                           {"-20 % 3", "-2"},
                           {"20 / -3", "-6"},
                           {"1 << 10 | 0xf & 6 ^ 1", "1031"},
                           {"-8 >> 1", "-4"},
                           {"~0", "18446744073709551615"},
                           {"-(-3)", "3"},
                           {"-9223372036854775808", "-9223372036854775808"},
                           {"9223372036854775807 + 1", "9223372036854775808"},
                           {"true + 1", "2"},
                           {"sizeof(uint16) * 2", "4"}};
  for (const Row& row : kRows) EXPECT_EQ(folded(row.expression), row.value) << row.expression;
}

TEST(Fold, ComparisonsAndLogic) {
  constexpr Row kRows[] = {{"3 > 2", "true"},
                           {"1 == 2", "false"},
                           {"!0", "true"},
                           {"\"\" || 0", "false"},
                           {"\"a\" && 1", "true"},
                           {"\"apple\" < \"banana\"", "true"},
                           {"\"ab\" == \"ab\"", "true"},
                           {"3 > 2 ? \"up\" : \"down\"", "up"},
                           {"true & false", "false"}};
  for (const Row& row : kRows) EXPECT_EQ(folded(row.expression), row.value) << row.expression;
}

TEST(Fold, Strings) {
  constexpr Row kRows[] = {{"\"foo\" + \"bar\"", "foobar"},
                           {"\"kernel\" + 3", "nel"},
                           {"2 + \"abc\"", "c"},
                           {"\"Zebra\"[0]", "90"},
                           {"\"A\"[1]", "0"},
                           {"str(42)", "42"},
                           {"str(-7, 1)", "-"},
                           {"str(\"bridle\", 3)", "bri"},
                           {"(4, 5, 6).1", "5"}};
  for (const Row& row : kRows) EXPECT_EQ(folded(row.expression), row.value) << row.expression;
}

TEST(Fold, LeavesTheRangeWithAnError) {
  constexpr std::string_view kRows[] = {"9223372036854775807 * 3",
                                        "18446744073709551615 + 1",
                                        "-9223372036854775809",
                                        "7 / 0",
                                        "7 % 0",
                                        "1 << 64",
                                        "1 >> -1",
                                        "18446744073709551615 << 1"};
  for (std::string_view row : kRows) EXPECT_EQ(folded(row), "fold-overflow") << row;
}

TEST(Fold, DroppingAllBytesWarns) {
  Script script("begin { print(\"ab\" + 2); }");
  EXPECT_EQ(script.kinds(), "dropped-bytes");
  EXPECT_EQ(std::get<std::string>(script.printed().constant), "");
}

TEST(Fold, Parameters) {
  Script script("begin { print((str($1), str($1 + 2), $2, $#, $3)); }", {"tracer", "-0x10"});
  EXPECT_EQ(script.printed_type(), "(string[7],string[5],int8,int8,int8)");
  EXPECT_EQ(script.kinds(), "missing-parameter");
}

TEST(Fold, ABlockWithStatementsIsNoConstant) {
  Script script("begin { print({ @x = 1; 5 }); }");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(script.printed().constant));
}

}  // namespace
}  // namespace sonde
