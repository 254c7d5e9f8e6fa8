// The join of types over all assignments (spec/language.md §6.4, §6.5), in every order.
#include "ast/sema/join.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sonde::sema {
namespace {

TypeTable types;
JoinedType i(std::uint32_t bytes) {
  return joined_of_type(types.integer(bytes, true), types);
}
JoinedType u(std::uint32_t bytes) {
  return joined_of_type(types.integer(bytes, false), types);
}
JoinedType s(std::uint32_t bytes) {
  return joined_of_type(types.string(bytes), types);
}
JoinedType literal(std::uint64_t value) {
  return joined_of_literal(value);
}

std::string joined(std::vector<JoinedType> parts) {
  std::vector<std::size_t> order(parts.size());
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  std::string result;
  do {
    JoinedType all;
    for (std::size_t n : order)
      if (!join(all, parts[n])) return "mismatch";
    std::string name = types.name(type_of(all, types));
    if (!result.empty() && name != result) return "depends on the order";
    result = name;
  } while (std::ranges::next_permutation(order).found);
  return result;
}

TEST(Join, IntegersOfOneSignTakeTheWider) {
  EXPECT_EQ(joined({i(1), i(4)}), "int32");
  EXPECT_EQ(joined({u(2), u(1)}), "uint16");
  EXPECT_EQ(joined({u(8), u(8)}), "uint64");
}

TEST(Join, MixedSignsTakeTheSmallestSignedTypeThatHoldsBoth) {
  EXPECT_EQ(joined({u(1), i(1)}), "int16");
  EXPECT_EQ(joined({u(2), i(1)}), "int32");
  EXPECT_EQ(joined({u(4), i(1)}), "int64");
  EXPECT_EQ(joined({u(1), i(4)}), "int32");
  EXPECT_EQ(joined({u(8), i(8)}), "int64");
  EXPECT_EQ(joined({u(8), i(1)}), "int64");
}

TEST(Join, LiteralsAdoptTheSignOfWhatIsTyped) {
  EXPECT_EQ(joined({literal(5)}), "int8");
  EXPECT_EQ(joined({literal(5), literal(300)}), "int16");
  EXPECT_EQ(joined({literal(200), u(1)}), "uint8");
  EXPECT_EQ(joined({literal(200), i(1)}), "int16");
  EXPECT_EQ(joined({literal(70000), u(2)}), "uint32");
  EXPECT_EQ(joined({literal(200), i(1), u(1)}), "int16");
}

TEST(Join, StringsTakeTheLarger) {
  EXPECT_EQ(joined({s(4), s(16), s(2)}), "string[16]");
}

TEST(Join, TuplesJoinMemberByMember) {
  EXPECT_EQ(joined({joined_tuple({literal(1), s(2)}), joined_tuple({u(4), s(6)})}),
            "(uint32,string[6])");
  EXPECT_EQ(joined({joined_tuple({literal(1)}), joined_tuple({literal(1), literal(2)})}),
            "mismatch");
}

TEST(Join, OtherTypesJoinWithThemselvesAlone) {
  JoinedType boolean = joined_of_type(types.boolean(), types);
  JoinedType pointer = joined_of_type(types.pointer_to(types.integer(4, true)), types);
  EXPECT_EQ(joined({boolean, boolean}), "bool");
  EXPECT_EQ(joined({boolean, literal(1)}), "mismatch");
  EXPECT_EQ(joined({pointer, joined_of_type(types.pointer_to(types.void_type()), types)}),
            "mismatch");
  EXPECT_EQ(joined({s(4), i(4)}), "mismatch");
}

TEST(Join, WhatIsUnknownGoesWithEverything) {
  EXPECT_EQ(joined({JoinedType{}, u(4)}), "uint32");
  EXPECT_EQ(joined({JoinedType{}}), "unknown");
  EXPECT_EQ(joined({joined_tuple({JoinedType{}, u(1)}), joined_tuple({u(2), JoinedType{}})}),
            "(uint16,uint8)");
}

TEST(BytesFor, FindsTheSmallestInteger) {
  EXPECT_EQ(bytes_for_signed(127), 1u);
  EXPECT_EQ(bytes_for_signed(128), 2u);
  EXPECT_EQ(bytes_for_signed(-128), 1u);
  EXPECT_EQ(bytes_for_signed(-129), 2u);
  EXPECT_EQ(bytes_for_signed(-32769), 4u);
  EXPECT_EQ(bytes_for_signed(2147483648), 8u);
  EXPECT_EQ(bytes_for_unsigned(255), 1u);
  EXPECT_EQ(bytes_for_unsigned(256), 2u);
  EXPECT_EQ(bytes_for_unsigned(4294967296), 8u);
}

}  // namespace
}  // namespace sonde::sema
