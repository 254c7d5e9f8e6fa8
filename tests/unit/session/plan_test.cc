// Plans, as `--emit=plan` prints them.
#include "runtime/session/plan.h"

#include <gtest/gtest.h>

#include "tests/unit/session/fake_world.h"
#include "tests/unit/session/image_builder.h"

namespace sonde::session {
namespace {

std::string plan_text(ImageBuilder& builder, PlanOptions options = {}) {
  FakeWorld world;
  auto plan = make_plan(builder.manifest(), world, options);
  if (!plan) return plan.error().message;
  return dump(*plan, builder.manifest());
}

TEST(Plan, BodiesOfTheSessionItselfRunInSourceOrder) {
  ImageBuilder builder;
  builder.add(Strategy::kRunEnd, "last", ProgramType::kRawTracepoint);
  builder.add(Strategy::kRunBegin, "one", ProgramType::kRawTracepoint);
  builder.add(Strategy::kRunBegin, "two", ProgramType::kRawTracepoint);
  EXPECT_EQ(plan_text(builder),
            "load p_last raw-tracepoint-program\n"
            "load p_one raw-tracepoint-program\n"
            "load p_two raw-tracepoint-program\n"
            "run one test_run program=p_one\n"
            "run two test_run program=p_two\n"
            "run last test_run program=p_last\n");
}

TEST(Plan, OfBeginAndEndAloneEndsByItself) {
  ImageBuilder builder;
  builder.add(Strategy::kRunBegin, "one", ProgramType::kRawTracepoint);
  FakeWorld world;
  EXPECT_TRUE(make_plan(builder.manifest(), world, {})->ends_by_itself());
  builder.add(Strategy::kIntervalClock, "clock", ProgramType::kPerfEvent);
  EXPECT_FALSE(make_plan(builder.manifest(), world, {})->ends_by_itself());
}

TEST(Plan, TracepointIsFoundByItsNumber) {
  ImageBuilder builder;
  image::Probe& probe = builder.add(Strategy::kTracepointPerf, "open", ProgramType::kTracepoint);
  probe.target = "syscalls";
  probe.function = "sys_enter_openat";
  EXPECT_EQ(plan_text(builder),
            "load p_open tracepoint-program\n"
            "link open perf_tracepoint program=p_open id=316 cpus=0\n");
}

TEST(Plan, MissingTracepointIsNamed) {
  ImageBuilder builder;
  builder.add(Strategy::kTracepointPerf, "gone", ProgramType::kTracepoint).target = "missing";
  EXPECT_EQ(plan_text(builder), "attach gone: tracepoint: No such file or directory");
}

TEST(Plan, TimersKnowTheirCpusAndPeriods) {
  ImageBuilder builder;
  builder.add(Strategy::kIntervalClock, "slow", ProgramType::kPerfEvent).period = 1'000'000'000;
  image::Probe& profile = builder.add(Strategy::kProfileClock, "fast", ProgramType::kPerfEvent);
  profile.period = 99;
  profile.is_frequency = true;
  EXPECT_EQ(plan_text(builder, {.has_target = true}),
            "load p_slow perf-event-program\n"
            "load p_fast perf-event-program\n"
            "link slow perf_clock program=p_slow period-ns=1000000000 cpus=0\n"
            "link fast perf_clock program=p_fast hz=99 cpus=0,1 target-only\n");
}

TEST(Plan, EntryProbesAreAttachedLastFirst) {
  ImageBuilder builder;
  builder.add(Strategy::kKprobePerf, "first", ProgramType::kKprobe).function = "vfs_read";
  builder.add(Strategy::kRawTracepointDirect, "second", ProgramType::kRawTracepoint).function =
      "sched_switch";
  image::Probe& third = builder.add(Strategy::kKprobePerf, "third", ProgramType::kKprobe);
  third.target = "ext4";
  third.function = "ext4_sync_file";
  third.offset = 16;
  image::Probe& fourth = builder.add(Strategy::kKretprobePerf, "fourth", ProgramType::kKprobe);
  fourth.function = "vfs_read";
  fourth.is_return = true;
  std::string text = plan_text(builder);
  EXPECT_EQ(text.substr(text.find("link")),
            "link second raw_tracepoint program=p_second event=sched_switch\n"
            "link fourth perf_kprobe program=p_fourth event=vfs_read cpus=0 return\n"
            "link third perf_kprobe program=p_third event=ext4:ext4_sync_file offset=0x10 cpus=0\n"
            "link first perf_kprobe program=p_first event=vfs_read cpus=0\n");
}

TEST(Plan, UprobeIsAPlaceInAFile) {
  ImageBuilder builder;
  image::Probe& probe = builder.add(Strategy::kUprobePerf, "entry", ProgramType::kKprobe);
  probe.target = "/bin/x";
  probe.function = "f";
  probe.offset = 0x1130;
  EXPECT_EQ(plan_text(builder),
            "load p_entry kprobe-program\n"
            "link entry perf_uprobe program=p_entry path=/bin/x offset=0x1130 cpus=0\n");
}

TEST(Plan, MultiLinkNamesItsFunctions) {
  ImageBuilder builder;
  image::Probe& probe = builder.add(Strategy::kUprobeMulti, "all", ProgramType::kKprobe);
  probe.target = "/bin/x";
  probe.function = "f*";
  probe.functions = {"f1", "f2"};
  probe.offsets = {0x10, 0x20};
  EXPECT_EQ(plan_text(builder, {.has_target = true}),
            "load p_all kprobe-program\n"
            "link all uprobe_multi program=p_all path=/bin/x functions=f1,f2 offsets=0x10,0x20 "
            "target-only\n");
}

}  // namespace
}  // namespace sonde::session
