// Whole sessions: on a fake kernel, whose ring the test fills, and on the running one where that is
// allowed.
#include "runtime/session/session.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "tests/unit/kernel/fake_ring.h"
#include "tests/unit/kernel/fake_system.h"
#include "tests/unit/session/fake_world.h"
#include "tests/unit/session/image_builder.h"

namespace sonde::session {
namespace {

using kernel::FakeRing;
using kernel::FakeSystem;

// A session from start to end, with everything that it said.
struct WholeRun {
  explicit WholeRun(ImageBuilder& builder) : image(builder.image()) {
    FakeWorld world;
    auto made = make_plan(image.manifest, world, {});
    EXPECT_TRUE(made);
    plan = *std::move(made);
    reactions.on_record = [this](std::string_view record) {
      records.emplace_back(record);
      return record == "exit" ? RecordAction::kExit : RecordAction::kContinue;
    };
    reactions.on_loss = [this](image::LossId, std::uint64_t count) {
      lost += count;
      return RecordAction::kContinue;
    };
  }

  Result<StopReason> operator()(kernel::BpfSystem& system, TracedProcess* target = nullptr) {
    std::optional<kernel::VerifierRejection> rejection;
    TRY(LoadedSession loaded, load({system, departure}, image, plan, {}, rejection));
    TRY(BegunSession begun, run_begin(std::move(loaded)));
    TRY(AttachedSession attached, attach(std::move(begun), attach_options));
    probe_count = attached.probe_count();
    if (when_attached) when_attached();
    TRY(EndedSession ended, run(std::move(attached), target, reactions));
    return ended.reason();
  }

  image::ProgramImage image;
  AttachPlan plan;
  kernel::Departure departure;
  AttachOptions attach_options;
  Reactions reactions;
  std::function<void()> when_attached;
  std::vector<std::string> records;
  std::uint64_t lost = 0;
  std::size_t probe_count = 0;
};

// The ring of a fake system, found by the order in which ImageBuilder makes maps.
struct RingSystem : FakeSystem {
  Result<UniqueFd> create_map(const kernel::MapSpec& spec) override {
    auto fd = FakeSystem::create_map(spec);
    if (fd && spec.name == "ring") ring.emplace(*this, fd->get(), kRingSize);
    if (fd && spec.name == "control") control = memory_of(fd->get());
    return fd;
  }
  void count_loss(std::uint64_t count) {
    std::memcpy(control + sizeof(image::ControlBlock), &count, sizeof count);
  }
  std::optional<FakeRing> ring;
  char* control = nullptr;
};

ImageBuilder begin_and_end() {
  ImageBuilder builder;
  builder.add(Strategy::kRunBegin, "first", ProgramType::kRawTracepoint);
  builder.add(Strategy::kRunEnd, "last", ProgramType::kRawTracepoint);
  return builder;
}

ImageBuilder one_raw_tracepoint() {
  ImageBuilder builder = begin_and_end();
  builder.add(Strategy::kRawTracepointDirect, "event", ProgramType::kRawTracepoint).function =
      "sched_switch";
  return builder;
}

TEST(Session, OfBeginAndEndAloneStopsByItselfWhenAllIsRead) {
  ImageBuilder builder = begin_and_end();
  WholeRun whole(builder);
  RingSystem system;
  int runs = 0;
  system.on_run = [&] { system.ring->write(++runs == 1 ? "begin" : "end"); };
  auto reason = whole(system);
  ASSERT_TRUE(reason) << reason.error().message;
  EXPECT_EQ(*reason, StopReason::kNothingToFire);
  EXPECT_EQ(whole.records, (std::vector<std::string>{"begin", "end"}));
  EXPECT_EQ(whole.probe_count, 2u);
}

TEST(Session, ExitDiscardsWhatWasQueuedBehindItAndEndIsStillHeard) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  int runs = 0;
  system.on_run = [&] {
    if (++runs == 2) system.ring->write("end");
  };
  whole.when_attached = [&] {
    for (const char* text : {"one", "exit", "two", "three"}) system.ring->write(text);
  };
  auto reason = whole(system);
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, StopReason::kExit);
  EXPECT_EQ(whole.records, (std::vector<std::string>{"one", "exit", "end"}));
  EXPECT_EQ(whole.probe_count, 3u);
}

TEST(Session, ExitInAnEndBodySilencesTheLaterOnes) {
  ImageBuilder builder = begin_and_end();
  builder.add(Strategy::kRunEnd, "very last", ProgramType::kRawTracepoint);
  WholeRun whole(builder);
  RingSystem system;
  int runs = 0;
  system.on_run = [&] {
    if (++runs == 2) system.ring->write("exit");
    if (runs == 3) system.ring->write("unheard");
  };
  ASSERT_TRUE(whole(system));
  EXPECT_EQ(system.count("run_once"), 3u);
  EXPECT_EQ(whole.records, std::vector<std::string>{"exit"});
}

TEST(Session, SignalStopsAndWhatWasRecordedIsStillHandedOut) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  whole.when_attached = [&] {
    system.ring->write("before");
    ::raise(SIGINT);
  };
  auto reason = whole(system);
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, StopReason::kSignal);
  EXPECT_EQ(whole.records, std::vector<std::string>{"before"});
}

TEST(Session, SlowReaderIsCutOffASecondAfterTheSignal) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  whole.when_attached = [&] {
    for (int i = 0; i < 2000; ++i) system.ring->write("many");
    ::raise(SIGTERM);
  };
  whole.reactions.on_record = [&](std::string_view record) {
    whole.records.emplace_back(record);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return RecordAction::kContinue;
  };
  auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(whole(system));
  auto taken = std::chrono::steady_clock::now() - start;
  EXPECT_LT(taken, std::chrono::milliseconds(3000));  // 4000 for all
  EXPECT_EQ(whole.records.size() + whole.lost, 2000u);
  EXPECT_GT(whole.lost, 0u);
}

TEST(Session, SecondSignalEndsTheProcessAtOnce) {
  EXPECT_EXIT(
      {
        ImageBuilder builder = one_raw_tracepoint();
        WholeRun whole(builder);
        RingSystem system;
        whole.when_attached = [&] {
          system.ring->write("before");
          ::raise(SIGINT);
        };
        whole.reactions.on_record = [](std::string_view) {
          ::raise(SIGINT);
          return RecordAction::kContinue;
        };
        (void)whole(system);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(Session, SignalWhileAttachingIsAnErrorAndDetaches) {
  ImageBuilder builder = one_raw_tracepoint();
  builder.add(Strategy::kRawTracepointDirect, "other", ProgramType::kRawTracepoint).function = "x";
  WholeRun whole(builder);
  RingSystem system;
  system.fail = [](const std::string& call) {
    if (call == "raw_tracepoint sched_switch") ::raise(SIGINT);
    return 0;
  };
  auto reason = whole(system);
  ASSERT_FALSE(reason);
  EXPECT_EQ(reason.error().code, EINTR);
  EXPECT_EQ(system.count("raw_tracepoint"), 1u);
}

TEST(Session, EndOfTheTracedProcessEndsTheRun) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  auto child = TracedProcess::start_stopped("true");
  ASSERT_TRUE(child);
  whole.when_attached = [&] {
    system.ring->write("seen");
    ASSERT_TRUE(child->release());
  };
  auto reason = whole(system, &*child);
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, StopReason::kTargetEnded);
  EXPECT_EQ(whole.records, std::vector<std::string>{"seen"});
}

TEST(Session, ChildIsAskedToEndWhenTheRunEndsFirst) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  auto child = TracedProcess::start_stopped("sleep 60");
  ASSERT_TRUE(child);
  whole.when_attached = [&] {
    ASSERT_TRUE(child->release());
    system.ring->write("exit");
  };
  ASSERT_TRUE(whole(system, &*child));
  EXPECT_EQ(child->reap(), -SIGTERM);
}

TEST(Session, LossesAreReportedAsTheyGrow) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  whole.when_attached = [&] { system.count_loss(5); };
  whole.reactions.on_loss = [&](image::LossId loss, std::uint64_t count) {
    EXPECT_EQ(loss, image::LossId{0});
    whole.lost += count;
    if (whole.lost == 5) {
      system.count_loss(7);
    } else {
      ::raise(SIGINT);
    }
    return RecordAction::kContinue;
  };
  ASSERT_TRUE(whole(system));
  EXPECT_EQ(whole.lost, 7u);
}

TEST(Session, EveryReactionCanEndTheRun) {
  for (bool is_loss : {false, true}) {
    ImageBuilder builder = one_raw_tracepoint();
    WholeRun whole(builder);
    RingSystem system;
    whole.when_attached = [&] { system.count_loss(5); };
    whole.reactions.on_loss = [&](image::LossId, std::uint64_t) {
      return is_loss ? RecordAction::kExit : RecordAction::kContinue;
    };
    whole.reactions.on_idle = [&] {
      return is_loss ? RecordAction::kContinue : RecordAction::kExit;
    };
    EXPECT_EQ(whole(system).value(), StopReason::kExit);
  }
}

// Ctrl-C at a terminal reaches the traced child as well, whose end may be noticed first.
TEST(Session, SignalThatComesWhenTheRunEndsAnywayChangesNothing) {
  ImageBuilder builder = one_raw_tracepoint();
  WholeRun whole(builder);
  RingSystem system;
  whole.when_attached = [&] { system.ring->write("exit"); };
  whole.reactions.on_record = [](std::string_view) {
    ::raise(SIGINT);
    return RecordAction::kExit;
  };
  EXPECT_EQ(whole(system).value(), StopReason::kExit);
}

TEST(Session, FailedAttachEndsTheRunUnlessItIsExpected) {
  for (MissingProbes missing :
       {MissingProbes::kError, MissingProbes::kWarn, MissingProbes::kIgnore}) {
    ImageBuilder builder = begin_and_end();
    builder.add(Strategy::kRawTracepointDirect, "gone", ProgramType::kRawTracepoint).function =
        "gone";
    WholeRun whole(builder);
    RingSystem system;
    system.fail = [](const std::string& call) {
      return call == "raw_tracepoint gone" ? ENOENT : 0;
    };
    whole.attach_options.missing = missing;
    std::string reason;
    whole.attach_options.on_failure = [&](const std::string&, const Error& error) {
      reason = error.message;
    };
    whole.when_attached = [] { ::raise(SIGINT); };
    auto outcome = whole(system);
    EXPECT_EQ(outcome.has_value(), missing != MissingProbes::kError);
    if (missing == MissingProbes::kIgnore) {
      EXPECT_EQ(reason, "");
    } else {
      EXPECT_EQ(reason, "attach gone: raw_tracepoint gone: No such file or directory");
    }
  }
}

TEST(Session, WithNothingAttachedAtAllIsAnError) {
  ImageBuilder builder;
  builder.add(Strategy::kRawTracepointDirect, "gone", ProgramType::kRawTracepoint);
  WholeRun whole(builder);
  RingSystem system;
  system.fail = [](const std::string& call) { return call.starts_with("raw_") ? ENOENT : 0; };
  whole.attach_options.missing = MissingProbes::kIgnore;
  EXPECT_EQ(whole(system).error().message, "Attachment failed for all probes.");
}

ImageBuilder every_mechanism() {
  ImageBuilder builder = one_raw_tracepoint();
  builder.add(Strategy::kTracepointPerf, "record", ProgramType::kTracepoint);
  builder.add(Strategy::kIntervalClock, "clock", ProgramType::kPerfEvent).period = 1'000'000'000;
  image::Probe& profile = builder.add(Strategy::kProfileClock, "sample", ProgramType::kPerfEvent);
  profile.period = 49;
  profile.is_frequency = true;
  return builder;
}

TEST(Session, FailureAtAnyStepLeavesNoDescriptor) {
  ImageBuilder builder = every_mechanism();
  std::size_t steps = 0;
  {
    WholeRun whole(builder);
    FakeSystem system;
    whole.when_attached = [] { ::raise(SIGINT); };
    ASSERT_TRUE(whole(system));
    steps = system.calls.size();
  }
  ASSERT_GT(steps, 20u);
  std::size_t before = kernel::open_descriptor_count();
  for (std::size_t step = 1; step <= steps; ++step) {
    WholeRun whole(builder);
    FakeSystem system;
    system.fail = [&](const std::string&) { return system.calls.size() == step ? EIO : 0; };
    whole.when_attached = [] { ::raise(SIGINT); };
    EXPECT_FALSE(whole(system)) << system.calls.back();
    whole.departure = kernel::Departure();
    EXPECT_EQ(kernel::open_descriptor_count(), before) << system.calls.back();
  }
}

// The running kernel, of which one call fails.
class FailingKernel : public kernel::BpfSystem {
 public:
  explicit FailingKernel(std::size_t failing) : failing_(failing) {}
  std::size_t calls() const { return calls_; }

  Result<UniqueFd> create_map(const kernel::MapSpec& spec) override {
    return fails() ? Result<UniqueFd>(error()) : real_.create_map(spec);
  }
  Result<void> update_element(int map, const void* key, const void* value) override {
    return fails() ? Result<void>(error()) : real_.update_element(map, key, value);
  }
  Result<void> freeze_map(int map) override {
    return fails() ? Result<void>(error()) : real_.freeze_map(map);
  }
  Result<kernel::MappedMemory> map_memory(int fd, std::size_t size, int protection,
                                          std::uint64_t offset) override {
    if (fails()) return error();
    return real_.map_memory(fd, size, protection, offset);
  }
  Result<UniqueFd> load_btf(std::string_view btf) override { return real_.load_btf(btf); }
  Result<UniqueFd> load_program(const kernel::ProgramSpec& spec, std::span<char> log) override {
    return fails() ? Result<UniqueFd>(error()) : real_.load_program(spec, log);
  }
  Result<void> run_once(int program) override {
    return fails() ? Result<void>(error()) : real_.run_once(program);
  }
  Result<UniqueFd> open_raw_tracepoint(int program, const std::string& event) override {
    return fails() ? Result<UniqueFd>(error()) : real_.open_raw_tracepoint(program, event);
  }
  Result<UniqueFd> open_perf_event(const kernel::PerfEventSpec& spec) override {
    return fails() ? Result<UniqueFd>(error()) : real_.open_perf_event(spec);
  }
  Result<UniqueFd> link_perf_event(int program, int event) override {
    return fails() ? Result<UniqueFd>(error()) : real_.link_perf_event(program, event);
  }
  Result<void> set_perf_program(int program, int event) override {
    return fails() ? Result<void>(error()) : real_.set_perf_program(program, event);
  }
  Result<void> enable_perf_event(int event) override {
    return fails() ? Result<void>(error()) : real_.enable_perf_event(event);
  }
  Result<void> share_perf_ring(int event, int owner) override {
    return fails() ? Result<void>(error()) : real_.share_perf_ring(event, owner);
  }
  Result<UniqueFd> link_kprobe_multi(int, const std::vector<std::string>&, bool) override {
    return error();
  }
  Result<UniqueFd> link_uprobe_multi(int, const std::string&, std::span<const std::uint64_t>, bool,
                                     std::uint32_t) override {
    return error();
  }

 private:
  bool fails() { return ++calls_ == failing_; }
  static Error error() { return system_error("made to fail", EIO); }

  kernel::BpfSystem& real_ = kernel::running_kernel();
  std::size_t failing_;
  std::size_t calls_ = 0;
};

std::size_t mount_count() {
  std::ifstream mounts("/proc/self/mounts");
  std::string line;
  std::size_t count = 0;
  while (std::getline(mounts, line)) ++count;
  return count;
}

TEST(RunningSession, FailureAtAnyStepLeavesNothingBehind) {
  FailingKernel working(0);
  ImageBuilder builder = one_raw_tracepoint();
  builder.add(Strategy::kIntervalClock, "clock", ProgramType::kPerfEvent).period = 1'000'000'000;
  std::size_t mounts = mount_count();
  {
    WholeRun whole(builder);
    whole.when_attached = [] { ::raise(SIGINT); };
    auto reason = whole(working);
    if (!reason && reason.error().code == EPERM) GTEST_SKIP() << reason.error().message;
    ASSERT_TRUE(reason) << reason.error().message;
    EXPECT_EQ(whole.probe_count, 4u);
  }
  std::size_t before = kernel::open_descriptor_count();
  for (std::size_t step = 1; step <= working.calls(); ++step) {
    WholeRun whole(builder);
    FailingKernel failing(step);
    whole.when_attached = [] { ::raise(SIGINT); };
    EXPECT_FALSE(whole(failing)) << step;
    whole.departure = kernel::Departure();
    EXPECT_EQ(kernel::open_descriptor_count(), before) << step;
  }
  EXPECT_EQ(mount_count(), mounts);
}

TEST(Session, ReadyIsOneByteAndANewline) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_TRUE(announce_ready(ends[1]));
  char text[8];
  EXPECT_EQ(::read(ends[0], text, sizeof text), 2);
  EXPECT_EQ(text[1], '\n');
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(announce_ready(-1).error().code, EBADF);
}

}  // namespace
}  // namespace sonde::session
