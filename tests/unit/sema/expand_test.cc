// Attach points against the captured world: names, wildcards, groups, strategies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script.h"

namespace sonde {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Expand, GivesCanonicalNames) {
  Script script(
      "BEGIN { } Interval:s:1 { } i:1ms { } profile:hz:99 { } t:sched:sched_switch { } "
      "k:vfs_read { } kr:vfs_open { } kprobe:do_exit+0x10 { } mine=kprobe:vfs_write { }");
  EXPECT_THAT(script.points(),
              ElementsAre(ElementsAre("begin"), ElementsAre("interval:s:1"),
                          ElementsAre("interval:us:1000"), ElementsAre("profile:hz:99"),
                          ElementsAre("tracepoint:sched:sched_switch"),
                          ElementsAre("kprobe:vfs_read"), ElementsAre("kretprobe:vfs_open"),
                          ElementsAre("kprobe:do_exit+16"), ElementsAre("mine")));
  EXPECT_THAT(script.reports(), IsEmpty());
}

TEST(Expand, AWildcardOfKernelFunctionsIsOneLink) {
  Script script("k:vfs_* { @ = count(); }");
  ASSERT_EQ(script.probes().groups.size(), 1u);
  const auto& group = *script.probes().groups.begin();
  ASSERT_EQ(group.points.size(), 1u);
  EXPECT_EQ(group.points[0].name, "kprobe:vfs_*");
  EXPECT_THAT(group.points[0].functions,
              ElementsAre("vfs_fsync", "vfs_open", "vfs_read", "vfs_readv", "vfs_write"));
  EXPECT_EQ(*script.strategies().of.begin(), Strategy::kKprobeMulti);
}

TEST(Expand, TheNameOfTheProbeNeedsAProgramEach) {
  Script script("k:vfs_read* { print(probe); }");
  EXPECT_THAT(script.points(),
              ElementsAre(ElementsAre("kprobe:vfs_read"), ElementsAre("kprobe:vfs_readv")));
  EXPECT_EQ(*script.strategies().of.begin(), Strategy::kKprobePerf);
}

TEST(Expand, AModuleFieldGivesOneAttachmentPerFunction) {
  Script script("k:nf_conntrack:* { @ = count(); }");
  EXPECT_THAT(script.points(), ElementsAre(ElementsAre("kprobe:nf_conntrack:nf_conntrack_in",
                                                       "kprobe:nf_conntrack:nf_conntrack_tcp_"
                                                       "packet")));
}

TEST(Expand, TracepointsShareAGroupWhileTheBodyReadsNoArguments) {
  Script plain("t:syscalls:sys_enter_* { @ = count(); }");
  EXPECT_EQ(plain.probes().groups.size(), 1u);
  Script reading("t:syscalls:sys_enter_* { @ = max(args.__syscall_nr); }");
  EXPECT_GT(reading.probes().groups.size(), 1u);
}

TEST(Expand, EventsWithTheSameFieldsShareAGroup) {
  Script script("t:syscalls:sys_exit_read, t:syscalls:sys_exit_write { @ = max(args.ret); }");
  EXPECT_EQ(script.probes().groups.size(), 1u);
}

TEST(Expand, EventsOfSystemCallsHaveNoRawTracepoint) {
  Script script("t:sched:sched_switch, t:syscalls:sys_enter_read { @ = count(); }");
  ASSERT_EQ(script.probes().groups.size(), 2u);
  EXPECT_THAT(std::vector(script.strategies().of.begin(), script.strategies().of.end()),
              ElementsAre(Strategy::kTracepointRaw, Strategy::kTracepointPerf));
}

TEST(Expand, ArgumentsNeedThePerfTracepoint) {
  Script script("t:sched:sched_switch { @ = max(args.prev_pid); }");
  EXPECT_EQ(*script.strategies().of.begin(), Strategy::kTracepointPerf);
}

TEST(Expand, UprobesOfAFileAreOneLinkWithTheirOffsets) {
  Script script("u:libc:*alloc { @ = count(); }");
  ASSERT_EQ(script.probes().groups.size(), 1u);
  const auto& point = script.probes().groups.begin()->points.front();
  EXPECT_THAT(point.functions, ElementsAre("calloc", "malloc", "realloc"));
  EXPECT_EQ(point.offsets.size(), 3u);
  EXPECT_EQ(*script.strategies().of.begin(), Strategy::kUprobeMulti);
}

struct Refusal {
  std::string_view attach_point;
  std::string_view kind;
};

TEST(Expand, RefusesWhatIsWrong) {
  constexpr Refusal kRows[] = {{"sunrise:6", "unknown-probe-type"},
                               {"begin:now", "attach-point"},
                               {"interval:fortnight:1", "attach-point"},
                               {"interval:s:1:2", "attach-point"},
                               {"interval:s:0", "attach-point"},
                               {"interval:99", "attach-point"},
                               {"profile:hz:fast", "attach-point"},
                               {"kprobe:", "attach-point"},
                               {"kprobe:a:b:c", "attach-point"},
                               {"kprobe:vfs_raed", "probe-not-found not-traceable"},
                               {"kprobe:nomodule:f", "probe-not-found"},
                               {"kprobe:vfs_read+x", "attach-point"},
                               {"kretprobe:vfs_read+4", "attach-point"},
                               {"kprobe:0xffff", "attach-point"},
                               {"kprobe:zzz_*", "no-attach-points"},
                               {"tracepoint:sched:sched_swich", "probe-not-found"},
                               {"tracepoint:sched", "attach-point"},
                               {"rawtracepoint:nothing", "probe-not-found"},
                               {"uprobe:libc:malok", "probe-not-found"},
                               {"uprobe:/no/such:main", "target-not-found"},
                               {"uprobe:libc:malloc+100000", "attach-point"},
                               {"uretprobe:libc:malloc+4", "attach-point"},
                               {"uprobe:libc", "attach-point"},
                               {"uprobe:libc:cpp:f", "unsupported-feature"},
                               {"fentry:vfs_read", "unsupported-feature"}};
  for (const Refusal& row : kRows) {
    Script script(concat(row.attach_point, " { }"));
    EXPECT_EQ(script.kinds(), row.kind) << row.attach_point;
  }
}

TEST(Expand, MissingProbesAreLeftOutWhenAskedFor) {
  Script warned("config = { missing_probes = warn } k:vfs_raed, k:vfs_read { }");
  EXPECT_EQ(warned.kinds(), "not-traceable skipped-probe");
  EXPECT_THAT(warned.points(), ElementsAre(ElementsAre("kprobe:vfs_read")));
  Script silent("config = { missing_probes = ignore } k:vfs_raed { } k:vfs_read { }");
  EXPECT_EQ(silent.kinds(), "");
}

TEST(Expand, MapsOfAProbeThatIsLeftOutStillExist) {
  Script script(
      "config = { missing_probes = ignore } k:vfs_raed { @x = 1; @k[comm] = count(); } "
      "end { print(@x + @k[\"a\"]); clear(@k); }");
  EXPECT_EQ(script.kinds(), "");
  EXPECT_EQ(script.printed_type(), "int64");
}

TEST(Expand, CountsProbesAndPrograms) {
  EXPECT_EQ(Script("config = { max_probes = 4 } k:vfs_* { }").kinds(), "too-many-probes");
  EXPECT_EQ(Script("config = { max_bpf_progs = 1 } begin { } end { }").kinds(), "too-many-probes");
}

}  // namespace
}  // namespace sonde
