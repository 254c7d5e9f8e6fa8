// What each strategy asks of the kernel.
#include "runtime/kernel/links.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/unit/kernel/fake_system.h"

namespace sonde::kernel {
namespace {

constexpr int kProgram = 3;
constexpr std::uint32_t kNoProcess = 5'000'000;  // above all that can be
using Calls = std::vector<std::string>;

LinkSpec spec_of(Strategy strategy) {
  LinkSpec spec;
  spec.strategy = strategy;
  return spec;
}

TEST(Links, RawTracepointIsOneCall) {
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kRawTracepointDirect);
  spec.event = "sched_switch";
  auto attached = attach(system, spec, kProgram, 0);
  ASSERT_TRUE(attached);
  EXPECT_EQ(system.calls, Calls{"raw_tracepoint sched_switch"});
  EXPECT_EQ(attached->quick.size(), 1u);
  EXPECT_EQ(attached->count, 1u);
}

TEST(Links, PerfTracepointNeedsNoEnabling) {
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kTracepointPerf);
  spec.id = 316;
  spec.cpus = {1};
  auto attached = attach(system, spec, kProgram, 0);
  ASSERT_TRUE(attached);
  EXPECT_EQ(system.calls,
            (Calls{"perf_event config=316 period=0 pid=-1 cpu=1", "link_perf_event"}));
  EXPECT_EQ(attached->links.size(), 1u);
  EXPECT_EQ(attached->events.size(), 1u);
}

TEST(Links, KernelWithoutPerfLinksGetsTheProgramByIoctl) {
  FakeSystem system;
  system.fail = [](const std::string& call) { return call == "link_perf_event" ? EINVAL : 0; };
  LinkSpec spec = spec_of(Strategy::kTracepointPerf);
  spec.cpus = {0};
  auto attached = attach(system, spec, kProgram, 0);
  ASSERT_TRUE(attached);
  EXPECT_EQ(system.count("set_perf_program"), 1u);
  EXPECT_TRUE(attached->links.empty());
  EXPECT_EQ(attached->events.size(), 1u);
}

TEST(Links, NamedCounterIsOpenedOnEachCpu) {
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kSoftwareCounter);
  spec.event = "faults";
  spec.period = 100;
  spec.cpus = {0, 1};
  auto attached = attach(system, spec, kProgram, 0);
  ASSERT_TRUE(attached);
  EXPECT_EQ(attached->count, 1u);
  EXPECT_EQ(system.calls.front(), "perf_event config=2 period=100 off pid=-1 cpu=0");
  EXPECT_EQ(system.count("perf_event config=2 period=100 off pid=-1 cpu=1"), 1u);
}

TEST(Links, ClockStartsWhenItsProgramIsInPlace) {
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kIntervalClock);
  spec.period = 1'000'000;
  spec.cpus = {0};
  ASSERT_TRUE(attach(system, spec, kProgram, 0));
  EXPECT_EQ(system.calls, (Calls{"perf_event config=0 period=1000000 off pid=-1 cpu=0",
                                 "link_perf_event", "enable_perf_event"}));
}

TEST(Links, ProfileFollowsTheTargetOnEveryCpu) {
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kProfileClock);
  spec.period = 99;
  spec.is_frequency = true;
  spec.cpus = {0, 2};
  spec.follows_target = true;
  auto attached = attach(system, spec, kProgram, kNoProcess);
  ASSERT_TRUE(attached);
  EXPECT_EQ(system.calls[0], "perf_event config=0 period=99 hz off pid=5000000 cpu=0");
  EXPECT_EQ(system.calls[3], "perf_event config=0 period=99 hz off pid=5000000 cpu=2");
  EXPECT_EQ(attached->count, 1u);
}

TEST(Links, ProfileFollowsEveryThreadOfTheTarget) {
  std::atomic<bool> done = false;
  std::thread other([&] { done.wait(false); });
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kProfileClock);
  spec.cpus = {0, 1};
  spec.follows_target = true;
  auto attached = attach(system, spec, kProgram, static_cast<std::uint32_t>(::getpid()));
  done = true;
  done.notify_one();
  other.join();
  ASSERT_TRUE(attached);
  EXPECT_EQ(system.count("perf_event"), 4u);
}

TEST(Links, FunctionsThatCannotBeProbedAreLeftOut) {
  FakeSystem system;
  system.fail = [](const std::string& call) {
    bool has_culprit = call.find(" 3") != call.npos || call.find(" 5") != call.npos;
    return call.starts_with("uprobe_multi") && has_culprit ? 524 : 0;
  };
  LinkSpec spec = spec_of(Strategy::kUprobeMulti);
  spec.path = "/lib/x.so";
  spec.functions = {"a", "b", "c", "d", "e", "f"};
  spec.offsets = {1, 2, 3, 4, 5, 6};
  auto attached = attach(system, spec, kProgram, 0);
  ASSERT_TRUE(attached) << attached.error().message;
  EXPECT_EQ(attached->left_out, (Calls{"c", "e"}));
  EXPECT_EQ(attached->count, 4u);
}

TEST(Links, MultiLinkOfNothingProbeableIsAnError) {
  FakeSystem system;
  system.fail = [](const std::string&) { return ESRCH; };
  LinkSpec spec = spec_of(Strategy::kKprobeMulti);
  spec.functions = {"a", "b"};
  auto attached = attach(system, spec, kProgram, 0);
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().message,
            "none of its functions can be probed: kprobe_multi a: No such process");
}

TEST(Links, RefusalOfWhateverItIsIsNotAskedOfEveryFunction) {
  FakeSystem system;
  system.fail = [](const std::string&) { return EINVAL; };
  LinkSpec spec = spec_of(Strategy::kKprobeMulti);
  for (int i = 0; i < 10000; ++i) spec.functions.push_back(concat("f", i));
  ASSERT_FALSE(attach(system, spec, kProgram, 0));
  EXPECT_LT(system.count("kprobe_multi"), 1000u);
}

TEST(Links, LackOfPrivilegeIsNotTakenForACulprit) {
  FakeSystem system;
  system.fail = [](const std::string&) { return EPERM; };
  LinkSpec spec = spec_of(Strategy::kKprobeMulti);
  spec.functions = {"a", "b"};
  EXPECT_EQ(attach(system, spec, kProgram, 0).error().code, EPERM);
  EXPECT_EQ(system.calls.size(), 1u);
}

TEST(Links, ReturnProbesSaySo) {
  FakeSystem system;
  LinkSpec spec = spec_of(Strategy::kUretprobeMulti);
  spec.path = "/lib/x.so";
  spec.functions = {"a"};
  spec.offsets = {9};
  spec.is_return = true;
  spec.follows_target = true;
  ASSERT_TRUE(attach(system, spec, kProgram, 12));
  EXPECT_EQ(system.calls, Calls{"uprobe_multi /lib/x.so return pid=12 9"});
}

TEST(Links, FailureMidwayLeavesNoDescriptor) {
  LinkSpec spec = spec_of(Strategy::kProfileClock);
  spec.cpus = {0, 1, 2};
  std::size_t before = open_descriptor_count();
  for (std::size_t step = 1; step <= 9; ++step) {
    FakeSystem system;
    system.fail = [&](const std::string&) { return system.calls.size() == step ? EIO : 0; };
    EXPECT_FALSE(attach(system, spec, kProgram, 0));
    EXPECT_EQ(open_descriptor_count(), before);
  }
}

}  // namespace
}  // namespace sonde::kernel
