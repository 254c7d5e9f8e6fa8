// What programs are made of: which helpers they call, how they begin, and that all of them
// assemble.
#include <gtest/gtest.h>

#include "codegen/llvm/helpers.h"
#include "stdlib/builtins.h"
#include "tests/unit/codegen/compiled.h"

namespace sonde {
namespace {

std::uint32_t helper_number(std::string_view name) {
  for (const codegen::HelperRow& row : codegen::kHelperRows)
    if (row.name == name) return row.number;
  ADD_FAILURE() << "no helper " << name;
  return 0;
}

struct HelperUse {
  const char* helper;
  const char* script;
};
class Helpers : public testing::TestWithParam<HelperUse> {};

TEST_P(Helpers, AreCalledWhereTheyAreNeeded) {
  Compiled script(GetParam().script);
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_TRUE(script.calls(helper_number(GetParam().helper))) << script.assembly();
}

INSTANTIATE_TEST_SUITE_P(
    All, Helpers,
    testing::Values(HelperUse{"map_lookup_elem", "begin { @x = 1; }"},
                    HelperUse{"map_update_elem", "begin { @x[1] = 1; }"},
                    HelperUse{"map_delete_elem", "begin { @x[1] = 1; delete(@x, 1); }"},
                    HelperUse{"ktime_get_ns", "begin { @ = nsecs(monotonic); }"},
                    HelperUse{"ktime_get_boot_ns", "begin { @ = elapsed; }"},
                    HelperUse{"get_smp_processor_id", "begin { @ = cpu; }"},
                    HelperUse{"get_current_pid_tgid", "begin { @ = pid; }"},
                    HelperUse{"get_current_uid_gid", "begin { @ = uid; }"},
                    HelperUse{"get_current_comm", "begin { @ = comm; }"},
                    HelperUse{"get_current_task", "begin { @[ustack] = count(); }"},
                    HelperUse{"get_stack", "begin { @[kstack] = count(); }"},
                    HelperUse{"probe_read_kernel", "kprobe:vfs_read { @ = *(int32*)arg0; }"},
                    HelperUse{"probe_read_kernel_str", "kprobe:vfs_read { @ = str(arg0); }"},
                    HelperUse{"probe_read_user", "uprobe:libc:malloc { @ = *(int32*)arg0; }"},
                    HelperUse{"probe_read_user_str", "uprobe:libc:malloc { @ = str(arg0); }"},
                    HelperUse{"ringbuf_reserve", "begin { print(pid); }"},
                    HelperUse{"ringbuf_submit", "begin { print(pid); }"},
                    HelperUse{"ringbuf_query", "begin { printf(\"%d\", pid); }"},
                    HelperUse{"ringbuf_output", "begin { print(str((uint8*)8)); }"},
                    HelperUse{"for_each_map_elem", "begin { @m[1] = 1; for ($kv : @m) { } }"},
                    HelperUse{"loop", "begin { for $i : 0..3 { } }"},
                    HelperUse{"map_lookup_percpu_elem",
                              "begin { @c = count(); print((@c, 1)); }"}));

class Examples : public testing::TestWithParam<std::size_t> {};

TEST_P(Examples, OfEveryBuiltinAssemble) {
  std::string example(builtin_row(static_cast<Builtin>(GetParam())).example);
  // The captured libc has few functions.
  if (std::size_t found = example.find("getpid"); found != std::string::npos)
    example.replace(found, 6, "malloc");
  Compiled script(example, [](auto&) {}, /*allows_unsafe=*/true);
  EXPECT_TRUE(script.is_complete()) << example << '\n' << testing::PrintToString(script.reports());
}

INSTANTIATE_TEST_SUITE_P(All, Examples,
                         testing::Range(std::size_t{0}, static_cast<std::size_t>(Builtin::kCount)));

TEST(Prologue, EveryProgramButEndTestsTheStopWord) {
  EXPECT_NE(Compiled("begin { @ = 1; }").assembly().find("control"), std::string::npos);
  EXPECT_EQ(Compiled("end { @ = 1; }").assembly().find("control"), std::string::npos);
}

TEST(Prologue, OnlyProbesOfProcessesAreFilteredByPid) {
  auto filter = [](sema::CompileOptions& options) { options.filters_kernel_probes = true; };
  std::uint32_t pid = helper_number("get_current_pid_tgid");
  EXPECT_TRUE(Compiled("kprobe:vfs_read { @ = 1; }", filter).calls(pid));
  EXPECT_FALSE(Compiled("kprobe:vfs_read { @ = 1; }").calls(pid));
  EXPECT_FALSE(Compiled("interval:s:1 { @ = 1; }", filter).calls(pid));
}

TEST(Prologue, AUprobeByPerfEventIsFilteredByPidInTheProgramToo) {
  auto filter = [](sema::CompileOptions& options) { options.filters_user_probes = true; };
  std::uint32_t pid = helper_number("get_current_pid_tgid");
  EXPECT_TRUE(Compiled("uretprobe:/usr/bin/greet:greet { @ = 1; }", filter).calls(pid));
  EXPECT_FALSE(Compiled("uretprobe:/usr/bin/greet:greet { @ = 1; }").calls(pid));
  EXPECT_FALSE(Compiled("uprobe:/usr/bin/greet:gr* { @ = 1; }", filter).calls(pid));
}

TEST(Limits, WhatOverflowsTheStackIsLoweredAgainInScratchMemory) {
  std::string text = "begin { ";
  for (char name = 'a'; name <= 'z'; ++name)
    text += concat("$", name, " = (comm, comm, pid); @[$", name, "] = 1; ");
  Compiled script(text + "}", [](sema::CompileOptions& options) {
    EXPECT_FALSE(options.settings.set(Option::kOnStackLimit, "512"));
  });
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  bool has_scratch = false;
  for (const image::BpfMap& map : script.manifest().bpf_maps)
    has_scratch |= map.name == "scratch_begin_1";
  EXPECT_TRUE(has_scratch);
}

TEST(Limits, MoreVariablesThanTheStackHasRoomForGoToScratchMemory) {
  std::string text = "begin { ", uses;
  for (int i = 0; i < 100; ++i) {
    text += concat("$v", i, " = nsecs; ");
    uses += concat("@ = $v", i, "; ");
  }
  Compiled script(text + uses + "}");
  EXPECT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
}

TEST(Limits, NoMemcpyIsTooLong) {
  Compiled script(
      "config = { max_strlen = 65536; } kprobe:vfs_read { $s = str(arg0); @[$s] = ($s, $s); }");
  EXPECT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
}

TEST(Arithmetic, NoSignedDivisionReachesTheTarget) {
  Compiled script("begin { $a = (int64)pid; @ = -7 / $a; @r = $a % -3; }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_EQ(script.assembly().find("s/="), std::string::npos);
}

}  // namespace
}  // namespace sonde
