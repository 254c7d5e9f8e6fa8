// Reading a ring whose producer is this test.
#include "runtime/kernel/ring.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>

#include <cstring>

#include "tests/unit/kernel/fake_ring.h"

namespace sonde::kernel {
namespace {

constexpr std::uint32_t kSize = 4096;

struct RingMemory {
  FakeSystem system;
  UniqueFd fd = *system.create_map({.name = "ring"});
};
struct TestRing : RingMemory, FakeRing {
  TestRing() : FakeRing(system, fd.get(), kSize) {}
  RingReader reader() { return *RingReader::map(system, fd.get(), kSize); }
};

TEST(Ring, RecordsComeInOrder) {
  TestRing ring;
  ring.write("first");
  ring.write("second record");
  auto reader = ring.reader();
  std::string_view record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "first");
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "second record");
  EXPECT_FALSE(reader.next(record));
}

TEST(Ring, RoomIsGivenBackWhenTheNextRecordIsAskedFor) {
  TestRing ring;
  ring.write("12345678");
  auto reader = ring.reader();
  std::string_view record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(ring.consumed(), 0u);
  EXPECT_FALSE(reader.next(record));
  EXPECT_EQ(ring.consumed(), 16u);
}

TEST(Ring, UnfinishedRecordHoldsUpTheRest) {
  TestRing ring;
  std::uint64_t unfinished = ring.write("a", BPF_RINGBUF_BUSY_BIT);
  ring.write("b");
  auto reader = ring.reader();
  std::string_view record;
  EXPECT_FALSE(reader.next(record));
  ring.finish(unfinished, 1);
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "a");
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "b");
}

TEST(Ring, DiscardedRecordsArePassedOver) {
  TestRing ring;
  ring.write("gone", BPF_RINGBUF_DISCARD_BIT);
  ring.write("kept");
  ring.write("gone", BPF_RINGBUF_DISCARD_BIT);
  auto reader = ring.reader();
  std::string_view record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "kept");
  EXPECT_FALSE(reader.next(record));
  EXPECT_EQ(reader.position(), reader.end_position());
}

TEST(Ring, RecordThatWrapsIsWhole) {
  TestRing ring;
  auto reader = ring.reader();
  std::string_view record;
  // 127 records of 32 bytes leave 32; the next takes 56 and wraps inside its text.
  for (int i = 0; i < 127; ++i) {
    ring.write("twenty-four bytes of it.");
    ASSERT_TRUE(reader.next(record));
  }
  std::string text = "this text is longer than what is left at the end";
  ring.write(text);
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, text);
  ring.write("after");
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "after");
}

TEST(Ring, HeaderAtTheVeryEndIsFollowedFromTheStart) {
  TestRing ring;
  auto reader = ring.reader();
  std::string_view record;
  for (int i = 0; i < 127; ++i) ring.write("twenty-four bytes of it.");
  ring.write("16 bytes of text");  // 24: eight are left
  while (reader.next(record)) continue;
  ring.write("around");
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record, "around");
}

}  // namespace
}  // namespace sonde::kernel
