// Records of every kind become events; damaged ones become errors.
#include "runtime/events/decode.h"

#include <gtest/gtest.h>

#include "runtime/output/value_text.h"
#include "tests/unit/output/fake_run.h"

namespace sonde::events {
namespace {

using image::RecordKind;

class Decode : public ::testing::Test {
 protected:
  Decode() {
    TypeId number = run.integer(4, true), word = run.string(8);
    image::Site printf{.kind = RecordKind::kPrintf, .span = {}, .format = "%s %d %s"};
    printf.fields = {{.type = word, .offset = 8, .in_tail = true},
                     {.type = number, .offset = 12},
                     {.type = word, .offset = 16, .in_tail = true}};
    printf.fixed_size = 20;
    printf.max_size = 36;
    run.manifest.sites.push_back(printf);
    image::Site print{.kind = RecordKind::kPrintValue, .span = {}};
    print.fields = {{.type = number, .offset = 8}};
    print.fixed_size = print.max_size = 12;
    run.manifest.sites.push_back(print);
    ScriptMapId map = run.map({.name = "@a", .value = number}, MapStorage::kArray, 4, 16);
    for (RecordKind kind : {RecordKind::kPrintMap, RecordKind::kClearMap, RecordKind::kZeroMap})
      run.manifest.sites.push_back({.kind = kind, .span = {}, .map = map});
    run.manifest.sites.push_back({.kind = RecordKind::kExit, .span = {}});
    run.manifest.sites.push_back({.kind = RecordKind::kRuntimeError, .span = {}});
  }
  static std::string record(std::uint32_t site, const std::string& body) {
    auto size = static_cast<std::uint32_t>(8 + body.size());
    return raw(image::RecordHeader{.site = site, .size = size}) + body;
  }
  static std::string printf_body(std::uint32_t first, std::int32_t number, std::uint32_t second,
                                 const std::string& tail) {
    return raw(first) + raw(number) + raw(second) + tail;
  }
  std::string complaint(const std::string& bytes) {
    auto event = decode(bytes, run.manifest);
    return event ? "none" : event.error().message;
  }

  FakeRun run;
};

TEST_F(Decode, PrintfTakesItsStringsFromTheTailInOrder) {
  auto event = decode(record(0, printf_body(4, -5, 8, "plumquinces!")), run.manifest);
  ASSERT_TRUE(event) << event.error().message;
  const auto& printf = std::get<Printf>(*event);
  EXPECT_EQ(printf.site, static_cast<SiteId>(0));
  ASSERT_EQ(printf.values.size(), 3u);
  EXPECT_EQ(std::get<String>(printf.values[0].is), (String{.bytes = "plum", .is_cut = false}));
  EXPECT_EQ(static_cast<std::int64_t>(std::get<Integer>(printf.values[1].is).bits), -5);
  EXPECT_EQ(std::get<String>(printf.values[2].is), (String{.bytes = "quinces!", .is_cut = true}));
}

TEST_F(Decode, BytesBehindTheStatedSizeAreIgnored) {
  auto event = decode(record(1, raw<std::int32_t>(3)) + "padding", run.manifest);
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<Integer>(std::get<PrintValue>(*event).value.is).bits, 3u);
}

TEST_F(Decode, ControlRecordsNameTheirMap) {
  EXPECT_EQ(std::get<PrintMap>(*decode(record(2, ""), run.manifest)).map, ScriptMapId{});
  EXPECT_EQ(std::get<ClearMap>(*decode(record(3, ""), run.manifest)).map, ScriptMapId{});
  EXPECT_EQ(std::get<ZeroMap>(*decode(record(4, ""), run.manifest)).map, ScriptMapId{});
}

TEST_F(Decode, ExitAndRuntimeErrorsCarryANumber) {
  EXPECT_EQ(std::get<Exit>(*decode(record(5, raw<std::int64_t>(3)), run.manifest)).code, 3);
  auto fault = std::get<RuntimeFault>(*decode(record(6, raw<std::int64_t>(-14)), run.manifest));
  EXPECT_EQ(fault.detail, -14);
  EXPECT_EQ(fault.site, static_cast<SiteId>(6));
}

TEST_F(Decode, DamagedRecordsAreErrors) {
  EXPECT_EQ(complaint("short"), "event: is shorter than its header");
  EXPECT_EQ(complaint(record(7, "")), "event: of an unknown site");
  EXPECT_EQ(complaint(raw(image::RecordHeader{.site = 1, .size = 99})),
            "event: states a wrong size");
  EXPECT_EQ(complaint(raw(image::RecordHeader{.site = 1, .size = 4})),
            "event: states a wrong size");
  EXPECT_EQ(complaint(record(1, "ab")), "event: ends inside a value");
  EXPECT_EQ(complaint(record(0, "ab")), "event: ends inside a string");
  EXPECT_EQ(complaint(record(0, printf_body(4, 1, 4, "plum"))), "event: ends inside a string");
  EXPECT_EQ(complaint(record(0, printf_body(9, 1, 0, "plumquince"))),
            "event: holds a string longer than its type");
  EXPECT_EQ(complaint(record(0, printf_body(0xffffffff, 1, 0, ""))), "event: ends inside a string");
  EXPECT_EQ(complaint(record(5, "abc")), "event: ends inside an exit");
  EXPECT_EQ(complaint(record(6, "")), "event: ends inside a runtime error");
}

}  // namespace
}  // namespace sonde::events
