#include "runtime/output/gfp_flags.h"

#include <gtest/gtest.h>

namespace sonde::output {
namespace {

std::string names(std::uint64_t flags) {
  std::string out;
  append_gfp_flags(out, flags);
  return out;
}

TEST(GfpFlags, CombinationsStandForTheirParts) {
  EXPECT_EQ(names(0), "0");
  EXPECT_EQ(names(0xcc0), "GFP_KERNEL");
  EXPECT_EQ(names(0xdc0), "GFP_KERNEL|__GFP_ZERO");
  EXPECT_EQ(names(0x820), "GFP_ATOMIC");
  EXPECT_EQ(names(0x100cca), "GFP_HIGHUSER_MOVABLE");
}

TEST(GfpFlags, WhatHasNoNameIsANumber) {
  EXPECT_EQ(names(0x80000000), "0x80000000");
  EXPECT_EQ(names(0x80000100), "__GFP_ZERO|0x80000000");
}

}  // namespace
}  // namespace sonde::output
