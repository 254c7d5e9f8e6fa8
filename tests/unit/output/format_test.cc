// What each conversion prints, with every length, flag and width (spec/builtins_functions.md §3).
#include "runtime/output/format.h"

#include <gtest/gtest.h>

#include "tests/unit/output/fake_run.h"

namespace sonde::output {
namespace {

using events::Value;

Value integer(std::int64_t value, std::uint8_t size = 8, bool is_signed = true) {
  return Value{events::Integer{
      .bits = static_cast<std::uint64_t>(value), .size = size, .is_signed = is_signed}};
}
Value whole(std::uint64_t value) {
  return Value{events::Integer{.bits = value, .size = 8, .is_signed = false}};
}
Value text(const char* bytes) {
  return Value{events::String{.bytes = bytes}};
}
Value truth(bool is_true) {
  return Value{events::Bool{.is_true = is_true}};
}
Value pointer(std::uint64_t address) {
  return Value{events::Pointer{.address = address}};
}
Value tuple(std::vector<Value> members) {
  return Value{events::Tuple{std::move(members)}};
}

Value buffer(const char* bytes) {
  return Value{events::Buffer{.bytes = bytes}};
}

std::string print(const char* format, std::vector<Value> values) {
  FakeStacks stacks;
  std::string out;
  append_formatted(out, parse_format(format), values, {.stacks = stacks, .cut_mark = ".."});
  return out;
}

struct Case {
  const char* format;
  std::vector<Value> values;
  const char* expected;
};

const Case kIntegers[] = {
    {"%r|%rx|%rh", {buffer("H\t!"), buffer("H\t"), buffer("H\t")}, "H\\x09!|\\x48\\x09|48 09"},
    {"[%6r|%-6rh]", {buffer("ab"), buffer("c")}, "[    ab|63    ]"},
    {"%r", {integer(3)}, "!{no buffer}"},
    {"%gr|%gr|[%12gr]", {whole(0), whole(0xcc0), whole(0xcc0)}, "0|GFP_KERNEL|[  GFP_KERNEL]"},
    {"%d %i", {integer(17), integer(-17)}, "17 -17"},
    {"%d", {integer(0x100000005)}, "5"},
    {"%d", {integer(2147483648)}, "-2147483648"},
    {"%d", {integer(-4294967297)}, "-1"},
    {"%u", {integer(-1)}, "4294967295"},
    {"%u", {integer(0x100000005)}, "5"},
    {"%x %X", {integer(-2), integer(0xbeef)}, "fffffffe BEEF"},
    {"%lx", {integer(-1)}, "ffffffffffffffff"},
    {"%x", {whole(0xffffffff81000000)}, "81000000"},
    {"%o %lo", {integer(-1), integer(-1)}, "37777777777 1777777777777777777777"},
    {"%hhd %hhu %hhx", {integer(511), integer(511), integer(511)}, "-1 255 ff"},
    {"%hd %hu %hx", {integer(40000), integer(-1), integer(0xabcde)}, "-25536 65535 bcde"},
    {"%ld %lld %jd %zd %td",
     {integer(-5000000000), integer(-5000000000), integer(-5000000000), integer(-5000000000),
      integer(-5000000000)},
     "-5000000000 -5000000000 -5000000000 -5000000000 -5000000000"},
    {"%lld", {integer(INT64_MIN)}, "-9223372036854775808"},
    {"%llu", {whole(UINT64_MAX)}, "18446744073709551615"},
    {"%Ld", {integer(70)}, "70"},
    {"%d %u %x", {truth(true), truth(false), truth(true)}, "1 0 1"},
    {"%d %x %lx", {pointer(0xbeef), pointer(0xbeef), pointer(0xbeef)}, "48879 beef beef"},
};

const Case kFlags[] = {
    {"[%6d|%-6d|%06d]", {integer(-42), integer(-42), integer(-42)}, "[   -42|-42   |-00042]"},
    {"[%5d|%-5d|%05d]", {integer(42), integer(42), integer(42)}, "[   42|42   |00042]"},
    {"[%+d|%+d|% d|% 5d]", {integer(8), integer(-8), integer(8), integer(-8)}, "[+8|-8|8|   -8]"},
    {"[%+6d][%-+6d]", {integer(8), integer(8)}, "[    +8][+8    ]"},
    {"[%+06d]", {integer(8)}, "[+00008]"},
    {"[%#x][%#X][%#o]", {integer(30), integer(30), integer(30)}, "[0x1e][0X1E][036]"},
    {"[%#8x][%-#8x][%#08x]",
     {integer(30), integer(30), integer(0xabc)},
     "[    0x1e][0x1e    ][0x000abc]"},
    {"[%#x][%#o]", {integer(0), integer(0)}, "[0][0]"},
    {"[%08x][%04X][%05o]", {integer(0xbeef), integer(10), integer(9)}, "[0000beef][000A][00011]"},
    {"[%012u]", {whole(4000000000)}, "[004000000000]"},
    {"[%1d|%3d]", {integer(12345), integer(-12345)}, "[12345|-12345]"},
    {"[%.3d|%5.2d|%.8x]", {integer(7), integer(7), integer(255)}, "[7|    7|ff]"},
    {"[%*d][%-*s][%.*s]", {integer(55), text("elm"), text("birch")}, "[55][elm][birch]"},
};

const Case kTexts[] = {
    {"%c%c[%4c][%-4c]", {integer(72), integer(0x242), integer(81), integer(82)}, "HB[   Q][R   ]"},
    {"%p %p %p", {integer(0), pointer(0), integer(-1)}, "0x0 0x0 0xffffffffffffffff"},
    {"[%16p][%-16p]", {integer(0xabc), integer(0xabc)}, "[           0xabc][0xabc           ]"},
    {"[%9s][%-9s][%2s]",
     {text("maple"), text("maple"), text("maple")},
     "[    maple][maple    ][maple]"},
    {"[%.2s][%10.2s][%-10.2s]",
     {text("walnut"), text("walnut"), text("walnut")},
     "[walnut][    walnut][walnut    ]"},
    {"%s %s %s", {integer(12), integer(-12), whole(UINT64_MAX)}, "12 -12 18446744073709551615"},
    {"[%7s][%-7s]", {truth(true), truth(false)}, "[   true][false  ]"},
    {"[%24s]", {tuple({integer(8), text("x")})}, "[                  (8, x)]"},
    {"%s", {pointer(0xbeef)}, "0xbeef"},
    {"100%% of %s %y half %", {text("it")}, "100% of it %y half %"},
    {"[%8s]", {text("é")}, "[      é]"},
};

TEST(Printf, ConvertsIntegersByTheirValueAndTheLengthModifier) {
  for (const Case& c : kIntegers) EXPECT_EQ(print(c.format, c.values), c.expected) << c.format;
}

TEST(Printf, PadsAndPrefixesAsCDoes) {
  for (const Case& c : kFlags) EXPECT_EQ(print(c.format, c.values), c.expected) << c.format;
}

TEST(Printf, PrintsCharactersPointersAndTheTextOfAnything) {
  for (const Case& c : kTexts) EXPECT_EQ(print(c.format, c.values), c.expected) << c.format;
}

TEST(Printf, SaysWhereAValueDoesNotFit) {
  EXPECT_EQ(print("%d|", {text("x")}), "!{no integer for %d}|");
  EXPECT_EQ(print("%s %s|", {text("x")}), "x !{no value}|");
}

}  // namespace
}  // namespace sonde::output
