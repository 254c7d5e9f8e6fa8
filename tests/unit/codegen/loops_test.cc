// What loops become: jumps inside the program, or functions that the kernel calls.
#include <gtest/gtest.h>

#include "codegen/image/wire.h"
#include "tests/unit/codegen/compiled.h"

namespace sonde {
namespace {

constexpr std::uint32_t kForEachElement = 164, kLoop = 181;

TEST(Loops, ARangeIsWalkedByAHelper) {
  Compiled script("begin { for $i : 0..5 { @n = count(); } }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_TRUE(script.calls(kLoop));
  EXPECT_FALSE(script.calls(kForEachElement));
}

TEST(Loops, AMapIsWalkedByAHelper) {
  Compiled script("begin { @m[1] = 2; for ($kv : @m) { print($kv); } }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_TRUE(script.calls(kForEachElement));
}

TEST(Loops, OthersNeedNoHelper) {
  Compiled script("begin { $i = 0; while ($i < 5) { $i++; } unroll (5) { $i++; } print($i); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_FALSE(script.calls(kLoop));
}

TEST(Loops, WhatIsOnlyReadInsideNeedsNoScratchMemory) {
  Compiled script("begin { $n = (int64)pid; for $i : 0..$n { print($n); } }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  for (const image::BpfMap& map : script.manifest().bpf_maps)
    EXPECT_FALSE(map.name.starts_with("scratch")) << map.name;
}

TEST(Loops, WhatIsAssignedInsideStandsInScratchMemory) {
  Compiled script("begin { $n = 0; for $i : 0..5 { $n += $i; } print($n); }");
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  bool has_scratch = false;
  for (const image::BpfMap& map : script.manifest().bpf_maps)
    has_scratch |= map.name.starts_with("scratch");
  EXPECT_TRUE(has_scratch);
}

// Each of the two functions fits the stack, both together do not.
TEST(Loops, FunctionsThatAreActiveAtOnceShareTheStack) {
  Compiled script(
      "begin { for $i : 0..5 { @x[comm, (comm, comm, comm, comm, comm), comm] = 2; }"
      "  @x[comm, (comm, comm, comm, comm, comm), comm] = 1;"
      "  @y[comm, (comm, comm, comm, comm, comm), comm] = 1; }",
      [](sema::CompileOptions& options) {
        EXPECT_FALSE(options.settings.set(Option::kOnStackLimit, "480"));
      });
  ASSERT_TRUE(script.is_complete()) << testing::PrintToString(script.reports());
  EXPECT_NE(script.assembly().find("call"), std::string::npos);
}

}  // namespace
}  // namespace sonde
