// Values from bytes, and their text and JSON: one table of types.
#include <gtest/gtest.h>

#include "runtime/events/read_value.h"
#include "runtime/output/divide.h"
#include "runtime/output/json_value.h"
#include "runtime/output/value_text.h"
#include "tests/unit/output/fake_run.h"

namespace sonde::output {
namespace {

class Values : public ::testing::Test {
 protected:
  std::string text(TypeId type, const std::string& bytes) {
    auto value = events::read_value(run.manifest, type, bytes);
    if (!value) return "error: " + value.error().message;
    std::string out;
    append_text(out, *value, style);
    return out;
  }
  std::string key(TypeId type, const std::string& bytes) {
    std::string out;
    append_key_text(out, *events::read_value(run.manifest, type, bytes), style);
    return out;
  }
  std::string json(TypeId type, const std::string& bytes) {
    std::string out;
    append_json(out, *events::read_value(run.manifest, type, bytes), style);
    return out;
  }
  std::string json_key(TypeId type, const std::string& bytes) {
    std::string out;
    append_json_key(out, *events::read_value(run.manifest, type, bytes), style);
    return out;
  }

  FakeRun run;
  TextStyle style{.stacks = run.stacks, .cut_mark = ".."};
};

TEST_F(Values, IntegersHaveTheirWidthAndSign) {
  EXPECT_EQ(text(run.integer(1, true), "\xff"), "-1");
  EXPECT_EQ(text(run.integer(1, false), "\xff"), "255");
  EXPECT_EQ(text(run.integer(2, true), raw<std::int16_t>(-300)), "-300");
  EXPECT_EQ(text(run.integer(4, false), raw<std::uint32_t>(4000000000)), "4000000000");
  EXPECT_EQ(text(run.integer(8, true), raw(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(text(run.integer(8, false), raw(UINT64_MAX)), "18446744073709551615");
}

TEST_F(Values, ScalarsPrintInTheirDefaultForm) {
  EXPECT_EQ(text(run.plain(ValueKind::kBool, 1), "\x01"), "true");
  EXPECT_EQ(text(run.plain(ValueKind::kBool, 1), std::string(1, '\0')), "false");
  EXPECT_EQ(text(run.plain(ValueKind::kPointer, 8), raw<std::uint64_t>(0x7ffd01)), "0x7ffd01");
  EXPECT_EQ(text(run.plain(ValueKind::kPointer, 8), raw<std::uint64_t>(0)), "0x0");
  EXPECT_EQ(text(run.plain(ValueKind::kNone, 0), ""), "null");
}

TEST_F(Values, BuffersEscapeWhatIsNoText) {
  TypeId type = run.plain(ValueKind::kBuffer, 4 + 6);
  std::string bytes = raw<std::uint32_t>(4) + padded("A\x01\xfe~", 6);
  EXPECT_EQ(text(type, bytes), "A\\x01\\xfe~");
  EXPECT_EQ(json(type, bytes), "[65,1,-2,126]");
  EXPECT_EQ(text(type, raw<std::uint32_t>(0) + padded("", 6)), "");
  EXPECT_EQ(text(type, raw<std::uint32_t>(99) + "abcdef"), "abcdef");
}

TEST_F(Values, AddressesPrintAsTheirFamilyDoes) {
  TypeId inet = run.plain(ValueKind::kInet, sizeof(image::InetAddress));
  EXPECT_EQ(text(inet, raw(image::InetAddress{.family = 2, .address = {10, 0, 0, 1}})), "10.0.0.1");
  image::InetAddress six{.family = 10, .address = {0xfe, 0x80}};
  six.address[15] = 9;
  EXPECT_EQ(text(inet, raw(six)), "fe80::9");
  EXPECT_EQ(text(inet, raw(image::InetAddress{.family = 3, .address = {}})), "");
  TypeId mac = run.plain(ValueKind::kMacAddress, image::kMacAddressSize);
  EXPECT_EQ(text(mac, std::string("\x00\x09\x1a\xff\x5c\xfa", 6)), "00:09:1A:FF:5C:FA");
  EXPECT_EQ(json(mac, std::string("\x00\x09\x1a\xff\x5c\xfa", 6)), "\"00:09:1A:FF:5C:FA\"");
}

TEST_F(Values, WhatIsLookedUpIsText) {
  TypeId user = run.plain(ValueKind::kUserName, 8);
  EXPECT_EQ(text(user, raw<std::uint64_t>(7)), "user7");
  EXPECT_EQ(json(user, raw<std::uint64_t>(7)), "\"user7\"");
  EXPECT_EQ(json_key(user, raw<std::uint64_t>(7)), "\"user7\"");
}

TEST_F(Values, StringsEndAtTheirNulAndShowWhenTheyWereCut) {
  EXPECT_EQ(text(run.string(8), padded("plum", 8)), "plum");
  EXPECT_EQ(text(run.string(5), "marma"), "marma..");
  EXPECT_EQ(text(run.string(5), std::string("a\0bcd", 5)), "a");
  EXPECT_EQ(text(run.string(0), ""), "");
  EXPECT_EQ(json(run.string(5), "marma"), "\"marma..\"");
}

TEST_F(Values, TuplesRecordsAndArraysNest) {
  TypeId number = run.integer(8, true), word = run.string(8), small = run.integer(2, false);
  TypeId pair = run.compound(ValueKind::kTuple, 16, {{"", 0, number}, {"", 8, word}});
  TypeId nested = run.compound(ValueKind::kTuple, 24, {{"", 0, number}, {"", 8, pair}});
  TypeId record = run.compound(ValueKind::kRecord, 16, {{"a", 0, number}, {"b", 8, word}});
  TypeId array = run.compound(ValueKind::kArray, 6, {{"", 0, small}});
  TypeId records = run.compound(ValueKind::kArray, 32, {{"", 0, record}});
  TypeId empty = run.compound(ValueKind::kRecord, 0, {});
  std::string bytes = raw<std::int64_t>(1) + padded("two", 8);
  EXPECT_EQ(text(pair, bytes), "(1, two)");
  EXPECT_EQ(key(pair, bytes), "1, two");
  EXPECT_EQ(text(nested, raw<std::int64_t>(9) + bytes), "(9, (1, two))");
  EXPECT_EQ(key(nested, raw<std::int64_t>(9) + bytes), "9, (1, two)");
  EXPECT_EQ(text(record, bytes), "{ .a = 1, .b = two }");
  EXPECT_EQ(text(empty, ""), "{}");
  EXPECT_EQ(text(array, std::string("\1\0\2\0\3\0", 6)), "[1,2,3]");
  EXPECT_EQ(text(records, bytes + bytes), "[{ .a = 1, .b = two },{ .a = 1, .b = two }]");
  EXPECT_EQ(json(nested, raw<std::int64_t>(9) + bytes), "[9,[1,\"two\"]]");
  EXPECT_EQ(json(record, bytes), "{\"a\": 1, \"b\": \"two\"}");
  EXPECT_EQ(json(array, std::string("\1\0\2\0\3\0", 6)), "[1,2,3]");
  EXPECT_EQ(json_key(nested, raw<std::int64_t>(9) + bytes), "\"9,(1,two)\"");
  EXPECT_EQ(json_key(record, bytes), "\"{.a=1,.b=two}\"");
}

TEST_F(Values, JsonKeysKeepAStringsOwnSpaces) {
  TypeId number = run.integer(8, true), word = run.string(8);
  TypeId pair = run.compound(ValueKind::kTuple, 16, {{"", 0, number}, {"", 8, word}});
  EXPECT_EQ(json_key(pair, raw<std::int64_t>(1) + padded("a, b", 8)), "\"1,a, b\"");
  EXPECT_EQ(json_key(word, padded("(a b)", 8)), "\"(a b)\"");
}

TEST_F(Values, StacksKeepTheirIndentationButInJsonKeys) {
  TypeId stack = run.plain(ValueKind::kUserStack, 24);
  std::string bytes =
      raw(image::StackHandle{.hash = 4, .start_time = 0, .pid = 1, .frame_count = 1});
  EXPECT_EQ(text(stack, bytes), "\n        frame4+1\n");
  EXPECT_EQ(json(stack, bytes), "\"\\n        frame4+1\\n\"");
  EXPECT_EQ(json_key(stack, bytes), "\"\\nframe4+1\\n\"");
}

TEST_F(Values, JsonIntegersThatADoubleCannotHoldAreTexts) {
  TypeId s = run.integer(8, true), u = run.integer(8, false);
  EXPECT_EQ(json(s, raw<std::int64_t>(9007199254740992)), "9007199254740992");
  EXPECT_EQ(json(s, raw<std::int64_t>(9007199254740993)), "\"9007199254740993\"");
  EXPECT_EQ(json(s, raw<std::int64_t>(-9007199254740993)), "\"-9007199254740993\"");
  EXPECT_EQ(json(s, raw<std::int64_t>(9007199254740994)), "9007199254740994");
  EXPECT_EQ(json(s, raw<std::int64_t>(1152921504606846976)), "1152921504606846976");
  EXPECT_EQ(json(s, raw(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(json(u, raw(UINT64_MAX)), "\"18446744073709551615\"");
  EXPECT_EQ(json(run.plain(ValueKind::kPointer, 8), raw<std::uint64_t>(4660)), "4660");
  EXPECT_EQ(json(run.plain(ValueKind::kBool, 1), "\x01"), "true");
  EXPECT_EQ(json(run.plain(ValueKind::kNone, 0), ""), "null");
}

TEST_F(Values, JsonTextsAreEscapedAndValidUtf8) {
  EXPECT_EQ(json(run.string(16), padded("a\x01\x08\x0c\n\r\t\"\\/\x7f", 16)),
            "\"a\\u0001\\u0008\\u000c\\n\\r\\t\\\"\\\\/\x7f\"");
  EXPECT_EQ(json(run.string(8), padded("\xc3\xa9\xff", 8)), "\"\xc3\xa9\xef\xbf\xbd\"");
}

TEST_F(Values, BytesThatEndTooEarlyAreAnError) {
  EXPECT_EQ(text(run.integer(8, true), "1234567"), "error: event: ends inside a value");
  EXPECT_EQ(text(run.string(8), "abc"), "error: event: ends inside a value");
}

TEST_F(Values, DivisionReachesEveryIntegerAndNothingElse) {
  TypeId number = run.integer(8, true), truth = run.plain(ValueKind::kBool, 1);
  TypeId pointer = run.plain(ValueKind::kPointer, 8);
  TypeId inner = run.compound(ValueKind::kRecord, 8, {{"n", 0, number}});
  TypeId all = run.compound(ValueKind::kTuple, 32,
                            {{"", 0, number}, {"", 8, truth}, {"", 16, pointer}, {"", 24, inner}});
  std::string bytes = raw<std::int64_t>(-7999) + padded("\1", 8) + raw<std::uint64_t>(4000) +
                      raw<std::int64_t>(2500);
  events::Value value = *events::read_value(run.manifest, all, bytes);
  divide(value, 1000);
  std::string out;
  append_text(out, value, style);
  EXPECT_EQ(out, "(-7, true, 0xfa0, { .n = 2 })");
}

}  // namespace
}  // namespace sonde::output
