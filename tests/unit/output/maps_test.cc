// Reading script maps: reduction over CPUs, order, histograms by key, and clear and zero.
#include <gtest/gtest.h>

#include "codegen/image/buckets.h"
#include "runtime/maps/change.h"
#include "runtime/maps/snapshot.h"
#include "runtime/output/value_text.h"
#include "tests/unit/output/fake_run.h"

namespace sonde::maps {
namespace {

using image::AvgSlot;
using image::BucketSlot;
using image::CountSlot;
using image::ExtremeSlot;
using image::SeriesFold;
using image::SeriesSlot;
using image::SumSlot;

constexpr auto bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}
const std::string kEntryZero = raw<std::uint32_t>(0);
const std::string kSet = raw<std::uint64_t>(1);
const std::string kUnset = raw<std::uint64_t>(0);

class Maps : public ::testing::Test {
 protected:
  std::string show(const events::Value& value) {
    std::string out;
    output::append_key_text(out, value, {.stacks = run.stacks, .cut_mark = ".."});
    return out;
  }
  // "key=value key=value" in the order of printing.
  std::string contents(ScriptMapId map) {
    auto snapshot = Snapshot::read(run.manifest, map, run.store, run.stacks);
    if (!snapshot) return snapshot.error().message;
    std::string out;
    for (std::size_t i = 0; i < snapshot->size(); ++i) {
      if (!out.empty()) out += ' ';
      if (snapshot->is_keyed()) out += show(snapshot->key(i)) + '=';
      if (!image::has_buckets(snapshot->map())) out += show(snapshot->value(i));
      if (snapshot->map().aggregation == Aggregation::kTseries) {
        for (const Interval& interval : snapshot->intervals(i))
          out += std::to_string(interval.epoch) + ':' +
                 std::to_string(static_cast<std::int64_t>(interval.value)) + ',';
        continue;
      }
      for (const Bucket& bucket : snapshot->buckets(i))
        out += std::to_string(bucket.number) + ':' + std::to_string(bucket.count) + ',';
    }
    return out;
  }
  ScriptMapId keyed(TypeId key, TypeId value, Aggregation aggregation = Aggregation::kNone,
                    std::uint32_t slot = 8) {
    MapStorage storage =
        aggregation == Aggregation::kNone ? MapStorage::kHash : MapStorage::kPerCpuHash;
    std::uint32_t value_size =
        aggregation == Aggregation::kNone ? run.manifest.types[value].size : slot;
    return run.map({.name = "@m", .key = key, .value = value, .aggregation = aggregation}, storage,
                   run.manifest.types[key].size, value_size);
  }
  // A scalar aggregation's only entry: each CPU's slot with its present flag behind.
  template <typename Slot>
  ScriptMapId scalar(Aggregation aggregation, bool is_signed, Slot first, Slot second, Slot third) {
    ScriptMapId map = run.map({.name = "@s",
                               .value = run.integer(8, is_signed),
                               .aggregation = aggregation,
                               .present_offset = sizeof(Slot)},
                              MapStorage::kPerCpuArray, 4, sizeof(Slot) + 8);
    run.put(map, kEntryZero, raw(first) + kUnset + raw(second) + kSet + raw(third) + kUnset);
    return map;
  }

  FakeRun run;
};

TEST_F(Maps, CountAndSumAddUpOverCpus) {
  EXPECT_EQ(contents(scalar<CountSlot>(Aggregation::kCount, false, {1}, {2}, {3})), "6");
  EXPECT_EQ(contents(scalar<SumSlot>(Aggregation::kSum, true, {bits(-40)}, {5}, {5})), "-30");
  EXPECT_EQ(contents(scalar<SumSlot>(Aggregation::kSum, false, {bits(-616)}, {15}, {0})),
            "18446744073709551015");
}

TEST_F(Maps, ExtremesHeedTheSignAndTheCpusThatWereSet) {
  ExtremeSlot unset{.value = 0, .is_set = 0};
  EXPECT_EQ(contents(scalar<ExtremeSlot>(Aggregation::kMin, true, unset, {9, 1}, {14, 1})), "9");
  EXPECT_EQ(contents(scalar<ExtremeSlot>(Aggregation::kMin, true, {bits(-2), 1}, {9, 1}, unset)),
            "-2");
  EXPECT_EQ(contents(scalar<ExtremeSlot>(Aggregation::kMin, false, {bits(-2), 1}, {9, 1}, unset)),
            "9");
  EXPECT_EQ(
      contents(scalar<ExtremeSlot>(Aggregation::kMax, true, {bits(-5), 1}, unset, {bits(-2), 1})),
      "-2");
  EXPECT_EQ(contents(scalar<ExtremeSlot>(Aggregation::kMax, false, {bits(-2), 1}, {9, 1}, unset)),
            "18446744073709551614");
  EXPECT_EQ(contents(scalar<ExtremeSlot>(Aggregation::kMax, true, unset, unset, unset)), "0");
}

TEST_F(Maps, AveragesTruncateTowardZeroWithTheirSign) {
  EXPECT_EQ(contents(scalar<AvgSlot>(Aggregation::kAvg, true, {13, 2}, {0, 0}, {0, 0})), "6");
  EXPECT_EQ(contents(scalar<AvgSlot>(Aggregation::kAvg, true, {bits(-13), 1}, {6, 1}, {0, 0})),
            "-3");
  EXPECT_EQ(contents(scalar<AvgSlot>(Aggregation::kAvg, false, {bits(-2), 2}, {0, 0}, {0, 0})),
            "9223372036854775807");
  EXPECT_EQ(contents(scalar<AvgSlot>(Aggregation::kAvg, true, {0, 0}, {0, 0}, {0, 0})), "0");
}

TEST_F(Maps, AnUnsetScalarHasNoElement) {
  ScriptMapId map = run.map({.name = "@x", .value = run.integer(4, true), .present_offset = 8},
                            MapStorage::kArray, 4, 16);
  run.put(map, kEntryZero, padded(raw<std::int32_t>(0), 8) + kUnset);
  EXPECT_EQ(contents(map), "");
  run.put(map, kEntryZero, padded(raw<std::int32_t>(-4), 8) + kSet);
  EXPECT_EQ(contents(map), "-4");
}

TEST_F(Maps, IntegerValuesOrderByValueThenByKey) {
  ScriptMapId map = keyed(run.string(4), run.integer(2, true));
  for (auto [key, value] :
       std::vector<std::pair<const char*, int>>{{"b", 7}, {"a", 7}, {"c", -300}, {"d", 2}})
    run.put(map, padded(key, 4), raw(static_cast<std::int16_t>(value)));
  EXPECT_EQ(contents(map), "c=-300 d=2 a=7 b=7");
}

TEST_F(Maps, UnsignedValuesOrderAsUnsigned) {
  ScriptMapId map = keyed(run.integer(1, true), run.integer(4, false));
  run.put(map, "\x01", raw<std::uint32_t>(4000000000));
  run.put(map, "\x02", raw<std::uint32_t>(5));
  EXPECT_EQ(contents(map), "2=5 1=4000000000");
}

TEST_F(Maps, OtherValuesOrderByKeyInItsNaturalOrder) {
  TypeId word = run.string(4), truth = run.plain(ValueKind::kBool, 1);
  ScriptMapId by_signed = keyed(run.integer(2, true), word);
  run.put(by_signed, raw<std::int16_t>(1), padded("x", 4));
  run.put(by_signed, raw<std::int16_t>(-1), padded("y", 4));
  run.put(by_signed, raw<std::int16_t>(300), padded("z", 4));
  EXPECT_EQ(contents(by_signed), "-1=y 1=x 300=z");
  ScriptMapId by_unsigned = keyed(run.integer(8, false), word);
  run.put(by_unsigned, raw(UINT64_MAX), padded("x", 4));
  run.put(by_unsigned, raw<std::uint64_t>(256), padded("y", 4));
  EXPECT_EQ(contents(by_unsigned), "256=y 18446744073709551615=x");
  ScriptMapId by_word = keyed(run.string(8), truth);
  for (const char* key : {"fig", "apple", "figs", "\xc3\xa9"})
    run.put(by_word, padded(key, 8), "\x01");
  EXPECT_EQ(contents(by_word), "apple=true fig=true figs=true \xc3\xa9=true");
  ScriptMapId by_bool = keyed(truth, word);
  run.put(by_bool, "\x01", padded("t", 4));
  run.put(by_bool, std::string(1, '\0'), padded("f", 4));
  EXPECT_EQ(contents(by_bool), "false=f true=t");
}

TEST_F(Maps, TupleKeysOrderMemberByMember) {
  TypeId number = run.integer(8, true), word = run.string(8);
  TypeId pair = run.compound(ValueKind::kTuple, 16, {{"", 0, number}, {"", 8, word}});
  ScriptMapId map = keyed(pair, word);
  run.put(map, raw<std::int64_t>(2) + padded("a", 8), padded("p", 8));
  run.put(map, raw<std::int64_t>(-1) + padded("b", 8), padded("q", 8));
  run.put(map, raw<std::int64_t>(2) + padded("A", 8), padded("r", 8));
  EXPECT_EQ(contents(map), "-1, b=q 2, A=r 2, a=p");
}

TEST_F(Maps, StackKeysOrderByTheirText) {
  ScriptMapId map = keyed(run.plain(ValueKind::kKernelStack, 24), run.string(4));
  run.put(map, raw(image::StackHandle{21, 0, 0, 1}), padded("b", 4));
  run.put(map, raw(image::StackHandle{100, 0, 0, 1}), padded("a", 4));
  EXPECT_EQ(contents(map), "\n        frame100+1\n=a \n        frame21+1\n=b");
}

TEST_F(Maps, KeyedAggregationsOrderByTheirReducedValue) {
  ScriptMapId map = keyed(run.string(4), run.integer(8, true), Aggregation::kAvg, sizeof(AvgSlot));
  run.put(map, padded("far", 4), per_cpu<AvgSlot>({900, 1}));
  run.put(map, padded("nigh", 4), per_cpu<AvgSlot>({10, 1}, {bits(-40), 2}));
  EXPECT_EQ(contents(map), "nigh..=-10 far=900");
}

class Histograms : public Maps {
 protected:
  ScriptMapId keyed_hist() {
    return run.map({.name = "@h",
                    .key = run.string(8),
                    .value = run.integer(8, true),
                    .aggregation = Aggregation::kHist,
                    .bucket_offset = 8,
                    .bucket_count = image::hist_bucket_count(0)},
                   MapStorage::kPerCpuHash, 16, sizeof(BucketSlot));
  }
  static std::string bucket_key(const char* key, std::uint64_t bucket) {
    return padded(key, 8) + raw(bucket);
  }
};

TEST_F(Histograms, AreGatheredByKeyAndOrderedByTotal) {
  ScriptMapId map = keyed_hist();
  run.put(map, bucket_key("most", 3), per_cpu<BucketSlot>({2, 1}, {3, 1}));
  run.put(map, bucket_key("least", 7), per_cpu<BucketSlot>({1, 1}));
  run.put(map, bucket_key("most", 9), per_cpu<BucketSlot>({1, 1}));
  run.put(map, bucket_key("even", 7), per_cpu<BucketSlot>({1, 1}));
  EXPECT_EQ(contents(map), "even=7:1, least=7:1, most=3:5,9:1,");
}

TEST_F(Histograms, ScalarOnesHaveAnEntryPerBucket) {
  ScriptMapId map = run.map({.name = "@h",
                             .value = run.integer(8, true),
                             .aggregation = Aggregation::kHist,
                             .bucket_count = image::hist_bucket_count(0)},
                            MapStorage::kPerCpuArray, 4, sizeof(BucketSlot));
  for (std::uint32_t i = 0; i < 66; ++i) run.put(map, raw(i), per_cpu<BucketSlot>({}));
  EXPECT_EQ(contents(map), "");
  run.put(map, raw<std::uint32_t>(0), per_cpu<BucketSlot>({0, 0}, {0, 1}));
  EXPECT_EQ(contents(map), "0:0,");
  run.put(map, raw<std::uint32_t>(4), per_cpu<BucketSlot>({1, 0}, {6, 0}));
  EXPECT_EQ(contents(map), "0:0,4:7,");
  ASSERT_TRUE(zero(run.manifest, map, run.store));
  EXPECT_EQ(contents(map), "0:0,");
  ASSERT_TRUE(clear(run.manifest, map, run.store));
  EXPECT_EQ(contents(map), "");
}

TEST_F(Histograms, ZeroKeepsTheKeys) {
  ScriptMapId map = keyed_hist();
  run.put(map, bucket_key("a", 3), per_cpu<BucketSlot>({2, 1}, {3, 1}));
  ASSERT_TRUE(zero(run.manifest, map, run.store));
  EXPECT_EQ(contents(map), "a=3:0,");
}

TEST_F(Maps, StatsAreARecordAndOrderByTheirAverage) {
  TypeId count = run.integer(8, false), number = run.integer(8, true);
  TypeId row = run.compound(ValueKind::kRecord, sizeof(image::StatsRow),
                            {{"count", 0, count}, {"average", 8, number}, {"total", 16, number}});
  ScriptMapId map = keyed(run.string(4), row, Aggregation::kStats, sizeof(AvgSlot));
  run.put(map, padded("b", 4), per_cpu<AvgSlot>({bits(-9), 1}, {4, 1}));
  run.put(map, padded("a", 4), per_cpu<AvgSlot>({6, 2}));
  run.put(map, padded("c", 4), per_cpu<AvgSlot>({}));
  EXPECT_EQ(contents(map),
            "b={ .count = 2, .average = -2, .total = -5 } "
            "c={ .count = 0, .average = 0, .total = 0 } "
            "a={ .count = 2, .average = 3, .total = 6 }");
}

class Series : public Maps {
 protected:
  ScriptMapId keyed_series(SeriesFold fold, bool is_signed = true) {
    return run.map({.name = "@t",
                    .key = run.string(8),
                    .value = run.integer(8, is_signed),
                    .aggregation = Aggregation::kTseries,
                    .bucket_offset = 8,
                    .bucket_count = 3,
                    .interval = 1000,
                    .fold = fold},
                   MapStorage::kPerCpuHash, 16, sizeof(SeriesSlot));
  }
  static std::string slot_key(const char* key, std::uint64_t epoch) {
    return padded(key, 8) + raw(epoch % 3);
  }
  static SeriesSlot slot(std::uint64_t epoch, std::uint64_t at, std::int64_t value,
                         std::uint64_t count = 1) {
    return {
        .present = 1, .busy = 0, .epoch = epoch, .at = at, .value = bits(value), .count = count};
  }
};

TEST_F(Series, FoldTheCpusThatSawTheNewestInterval) {
  std::string values = per_cpu(slot(4, 90, 10, 2), slot(4, 95, -7, 1), slot(1, 99, 100, 1));
  for (auto [fold, expected] :
       std::vector<std::pair<SeriesFold, const char*>>{{SeriesFold::kLast, "a=4:-7,"},
                                                       {SeriesFold::kAvg, "a=4:1,"},
                                                       {SeriesFold::kMax, "a=4:10,"},
                                                       {SeriesFold::kMin, "a=4:-7,"},
                                                       {SeriesFold::kSum, "a=4:3,"}}) {
    ScriptMapId map = keyed_series(fold);
    run.put(map, slot_key("a", 4), values);
    EXPECT_EQ(contents(map), expected);
  }
}

TEST_F(Series, ShowTheWindowThatEndsAtTheNewestIntervalOfAnyKey) {
  ScriptMapId map = keyed_series(SeriesFold::kLast);
  run.put(map, slot_key("b", 7), per_cpu(slot(7, 1, 70)));
  run.put(map, slot_key("a", 5), per_cpu(slot(5, 1, 50)));
  run.put(map, slot_key("a", 6), per_cpu(slot(6, 1, 60)));
  run.put(map, slot_key("a", 4), per_cpu(slot(4, 1, 40)));
  run.put(map, slot_key("gone", 2), per_cpu(slot(2, 1, 20)));
  EXPECT_EQ(contents(map), "a=5:50,6:60, b=7:70, gone=");
}

TEST_F(Series, ZeroKeepsTheKeyWithoutValues) {
  ScriptMapId map = keyed_series(SeriesFold::kSum);
  run.put(map, slot_key("a", 5), per_cpu(slot(5, 1, 50)));
  ASSERT_TRUE(zero(run.manifest, map, run.store));
  EXPECT_EQ(contents(map), "a=");
  ASSERT_TRUE(clear(run.manifest, map, run.store));
  EXPECT_EQ(contents(map), "");
}

TEST_F(Histograms, ClearEmptiesTheIndexOfKeysToo) {
  ScriptMapId map = keyed_hist();
  ScriptMapId index =
      run.map({.name = "index", .key = run.string(8), .value = run.integer(8, false)},
              MapStorage::kHash, 8, 8);
  run.manifest.script_maps[map].key_index = run.manifest.script_maps[index].storage;
  run.put(map, bucket_key("a", 3), per_cpu<BucketSlot>({2, 1}));
  run.put(index, padded("a", 8), raw<std::uint64_t>(0));
  ASSERT_TRUE(zero(run.manifest, map, run.store));
  EXPECT_EQ(run.count(index), 1u);
  ASSERT_TRUE(clear(run.manifest, map, run.store));
  EXPECT_EQ(run.count(index), 0u);
}

TEST_F(Maps, ClearRemovesEveryElement) {
  ScriptMapId map = keyed(run.integer(8, true), run.integer(8, true));
  for (std::int64_t i = 0; i < 1000; ++i) run.put(map, raw(i), raw(i));
  ASSERT_TRUE(clear(run.manifest, map, run.store));
  EXPECT_EQ(run.count(map), 0u);
}

TEST_F(Maps, ZeroKeepsKeysAndThePresenceOfScalars) {
  ScriptMapId map = keyed(run.string(4), run.integer(8, true));
  run.put(map, padded("k", 4), raw<std::int64_t>(5));
  ASSERT_TRUE(zero(run.manifest, map, run.store));
  EXPECT_EQ(contents(map), "k=0");
  ScriptMapId set = scalar<CountSlot>(Aggregation::kCount, false, {4}, {5}, {6});
  ASSERT_TRUE(zero(run.manifest, set, run.store));
  EXPECT_EQ(contents(set), "0");
  ASSERT_TRUE(clear(run.manifest, set, run.store));
  EXPECT_EQ(contents(set), "");
  ScriptMapId unset = run.map({.name = "@u", .value = run.integer(8, true), .present_offset = 8},
                              MapStorage::kArray, 4, 16);
  run.put(unset, kEntryZero, raw<std::int64_t>(0) + kUnset);
  ASSERT_TRUE(zero(run.manifest, unset, run.store));
  EXPECT_EQ(contents(unset), "");
}

TEST_F(Maps, AMapThatCannotBeReadIsNamed) {
  ScriptMapId map = keyed(run.string(4), run.integer(8, true));
  run.store.failure = EPERM;
  EXPECT_EQ(contents(map), "@m: lookup: Operation not permitted");
}

}  // namespace
}  // namespace sonde::maps
