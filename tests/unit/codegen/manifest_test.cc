// What the Manifest says of maps, sites, programs and probes.
#include <gtest/gtest.h>

#include "codegen/image/wire.h"
#include "tests/unit/codegen/compiled.h"

namespace sonde {
namespace {

using image::MapStorage;
using image::RecordKind;

TEST(Maps, AScalarIsAnArrayWithAWordThatSaysWhetherItIsSet) {
  Compiled script("begin { @x = 5; @text = \"abcdefghi\"; }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.storage("@x").storage, MapStorage::kArray);
  EXPECT_EQ(script.storage("@x").max_entries, 1u);
  EXPECT_EQ(script.map("@text").present_offset, 16u);
  EXPECT_EQ(script.storage("@text").value_size, 24u);
  EXPECT_EQ(script.map("@x").key, image::TypeId::kNone);
}

TEST(Maps, AKeyedMapIsAHashOfTheBareValue) {
  Compiled script("begin { @m[comm, pid] = (int64)1; }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.storage("@m").storage, MapStorage::kHash);
  EXPECT_EQ(script.storage("@m").key_size, 20u);
  EXPECT_EQ(script.storage("@m").value_size, 8u);
  EXPECT_EQ(script.storage("@m").max_entries, 4096u);
  EXPECT_EQ(script.type(script.map("@m").key).kind, image::ValueKind::kTuple);
}

TEST(Maps, AnAggregationHasASlotPerCpu) {
  Compiled script("begin { @s = sum(1); @k[1] = avg(2); @m[1] = min(3); @d[1] = count(); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.storage("@s").storage, MapStorage::kPerCpuArray);
  EXPECT_EQ(script.map("@s").present_offset, 8u);
  EXPECT_EQ(script.storage("@k").storage, MapStorage::kPerCpuHash);
  EXPECT_EQ(script.storage("@k").value_size, sizeof(image::AvgSlot));
  EXPECT_EQ(script.storage("@m").value_size, sizeof(image::ExtremeSlot));
  EXPECT_EQ(script.storage("@d").value_size, sizeof(image::CountSlot));
}

TEST(Maps, AHistogramHasABucketNumberBehindItsKey) {
  Compiled script("begin { @k[comm] = hist(1, 2); @l[(int8)1] = lhist(1, 0, 100, 30); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.map("@k").bucket_offset, 16u);
  EXPECT_EQ(script.storage("@k").key_size, 24u);
  EXPECT_EQ(script.map("@k").bucket_count, 253u);
  EXPECT_EQ(script.map("@l").bucket_offset, 8u);
  EXPECT_EQ(script.map("@l").bucket_count, 5u);
}

TEST(Maps, AScalarHistogramHasAnEntryPerBucket) {
  Compiled script("begin { @h = hist(1); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.storage("@h").storage, MapStorage::kPerCpuArray);
  EXPECT_EQ(script.storage("@h").max_entries, 66u);
}

TEST(Maps, DeclaredKindsAndSizesAreKept) {
  Compiled script(
      "let @a = lruhash(7); let @b = percpulruhash(9); begin { @a[1] = 2; @b[1] = count(); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.storage("@a").storage, MapStorage::kLruHash);
  EXPECT_EQ(script.storage("@a").max_entries, 7u);
  EXPECT_EQ(script.storage("@b").storage, MapStorage::kLruPerCpuHash);
}

TEST(Sites, FieldsStandAtTheirNaturalAlignmentAndLongTextGoesBehind) {
  Compiled script("begin { $p = (uint8*)8; printf(\"%d %s %s\\n\", pid, comm, str($p)); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  const image::Site& site = script.site(RecordKind::kPrintf);
  ASSERT_EQ(site.fields.size(), 3u);
  EXPECT_EQ(site.format, "%d %s %s\n");
  EXPECT_EQ(site.fields[0].offset, 8u);
  EXPECT_EQ(script.type(site.fields[0].type).size, 4u);
  EXPECT_EQ(site.fields[1].offset, 16u);
  EXPECT_FALSE(site.fields[1].in_tail);
  EXPECT_EQ(site.fields[2].offset, 32u);
  EXPECT_TRUE(site.fields[2].in_tail);
  EXPECT_EQ(site.fixed_size, 40u);
  EXPECT_EQ(site.max_size, 40u + 1024u);
}

TEST(Sites, ATextThatIsKnownIsSentAtItsSizeAndNotBehind) {
  Compiled script(concat("begin { print(\"", std::string(200, 'x'), "\"); }"));
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  const image::Site& site = script.site(RecordKind::kPrintValue);
  EXPECT_FALSE(site.fields[0].in_tail);
  EXPECT_EQ(site.fixed_size, 8u + 208u);
}

TEST(Sites, PrintOfAMapCarriesItsLimits) {
  Compiled script("begin { @m[1] = 1; print(@m, 3, 10); clear(@m); zero(@m); exit(2); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.site(RecordKind::kPrintMap).top, 3u);
  EXPECT_EQ(script.site(RecordKind::kPrintMap).div, 10u);
  EXPECT_EQ(script.site(RecordKind::kClearMap).map, static_cast<image::ScriptMapId>(0));
  EXPECT_EQ(script.site(RecordKind::kZeroMap).fixed_size, sizeof(image::RecordHeader));
  EXPECT_EQ(script.site(RecordKind::kExit).fixed_size, sizeof(image::ExitRecord));
}

TEST(Sites, EachHasACounterOfItsOwn) {
  Compiled script("begin { print(1); print(2); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  ASSERT_EQ(script.manifest().sites.size(), 2u);
  ASSERT_EQ(script.manifest().losses.size(), 2u);
  const image::BpfMap& control = script.manifest().bpf_maps[script.manifest().control];
  EXPECT_EQ(control.value_size, sizeof(image::ControlBlock) + 16);
}

TEST(Sites, ADivisionThatMayFailHasOne) {
  Compiled script("begin { $z = (uint64)pid; @ = 5 / $z; }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.site(RecordKind::kRuntimeError).error, RuntimeError::kDivisionByZero);
}

TEST(Ring, ThereIsNoneWhereNothingIsSent) {
  Compiled script("interval:s:1 { @ = count(); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.manifest().ring, image::BpfMapId::kNone);
}

TEST(Ring, ItIsAsLargeAsWhatIsSentNeeds) {
  auto size = [](const char* text) {
    Compiled script(text);
    return script.manifest().bpf_maps[script.manifest().ring].max_entries;
  };
  EXPECT_EQ(size("begin { print(1); }"), 4u << 20);
  EXPECT_EQ(size("begin { exit(); }"), 512u << 10);
  EXPECT_EQ(size("begin { @[pid] = count(); }"), 128u << 10);
}

TEST(Ring, PerfRbPagesDecides) {
  Compiled script("config = { perf_rb_pages = 16; } begin { print(1); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.manifest().bpf_maps[script.manifest().ring].max_entries, 65536u);
}

TEST(Programs, AreNamedAfterTheirFirstProbe) {
  Compiled script("begin { @ = 1; } interval:ms:10, interval:s:1 { @ = 2; }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  ASSERT_EQ(script.manifest().programs.size(), 2u);
  EXPECT_EQ(script.manifest().programs[static_cast<image::ProgramId>(0)].name, "begin_1");
  EXPECT_EQ(script.manifest().programs[static_cast<image::ProgramId>(1)].name, "interval_ms_10_2");
  ASSERT_EQ(script.manifest().probes.size(), 3u);
  EXPECT_EQ(script.manifest().probes[2].name, "interval:s:1");
  EXPECT_EQ(script.manifest().probes[2].period, 1'000'000'000u);
}

TEST(Scratch, BelongsToOneProgramWithFourSlotsForEachCpu) {
  Compiled script("begin { $s = str((uint8*)8); @[$s] = 1; }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  std::vector<std::string> found;
  for (const image::BpfMap& map : script.manifest().bpf_maps)
    if (map.name.starts_with("scratch_")) found.push_back(map.name);
  EXPECT_EQ(found.front(), "scratch_begin_1");
}

TEST(Stacks, TheTableHasRoomForTheDeepest) {
  Compiled script("interval:s:1 { @[kstack(3)] = count(); @u[ustack(5)] = count(); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.manifest().bpf_maps[script.manifest().stacks].value_size, 8u + 5 * 8u);
}

}  // namespace
}  // namespace sonde
