// Whether a jump of an assembly text goes further than an instruction can say.
#include "codegen/llvm/jumps.h"

#include <gtest/gtest.h>

#include "lexer/base/concat.h"

namespace sonde::codegen {
namespace {

std::string repeated(std::string_view line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line;
  return text;
}

std::string jump_over(const std::string& body) {
  return concat("near:\n\tr0 = 0\n\texit\nfar:                # @far\n",
                "\tif r1 == 0 goto LBB1_2\n", body, "LBB1_2:                # %end\n\texit\n");
}

std::string jump_back_over(const std::string& body) {
  return concat("far:\nLBB1_1:\n", body, "\tgoto LBB1_1\n");
}

TEST(Jumps, ReachForward) {
  EXPECT_EQ(function_with_long_jump(jump_over(repeated("\tr0 = 1\n", 32767))), std::nullopt);
  EXPECT_EQ(function_with_long_jump(jump_over(repeated("\tr0 = 1\n", 32768))), "far");
}

TEST(Jumps, ReachBack) {
  EXPECT_EQ(function_with_long_jump(jump_back_over(repeated("\tr0 = 1\n", 32767))), std::nullopt);
  EXPECT_EQ(function_with_long_jump(jump_back_over(repeated("\tr0 = 1\n", 32768))), "far");
}

TEST(Jumps, WideLoadsCountTwice) {
  std::string loads = repeated("\tr1 = map ll          # a comment\n", 16384);
  EXPECT_EQ(function_with_long_jump(jump_over(loads)), "far");
}

TEST(Jumps, WhatIsNoInstructionDoesNotCount) {
  std::string others = repeated(".Ltmp1:\n\t.loc\t1 2 3\n# a comment\n\n", 40000);
  EXPECT_EQ(function_with_long_jump(jump_over(others)), std::nullopt);
}

}  // namespace
}  // namespace sonde::codegen
