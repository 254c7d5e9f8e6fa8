// Programs, their walks and their dumps, built by hand.
#include <gtest/gtest.h>

#include "ast/dump.h"
#include "ast/walk.h"

namespace sonde::ast {
namespace {

class ProgramTest : public testing::Test {
 protected:
  // x { (1) + $a }
  ProgramTest() {
    FileId file = sources_.add("t.bt", "x { (1) + $a }");
    ProgramBuilder builder(file);
    NodeId point = builder.add({file, 0, 1}, AttachPoint{"x"});
    one_ = builder.add({file, 5, 6}, IntegerLiteral{1});
    paren_ = builder.add({file, 4, 7}, Paren{one_});
    variable_ = builder.add({file, 10, 12}, Variable{"$a"});
    sum_ = builder.add({file, 4, 12}, Binary{BinaryOp::kAdd, paren_, variable_, {file, 8, 9}});
    block_ = builder.add({file, 2, 14}, Block{{}, sum_});
    probe_ = builder.add({file, 0, 14}, Probe{{point}, NodeId::kNone, block_});
    builder.add_item(probe_);
    program_ = std::move(builder).finish();
  }

  SourceMap sources_;
  NodeId one_, paren_, variable_, sum_, block_, probe_;
  Program program_ = ProgramBuilder(FileId::kNone).finish();
};

TEST_F(ProgramTest, KnowsKindsAndData) {
  EXPECT_EQ(program_.kind(sum_), NodeKind::kBinary);
  EXPECT_EQ(node_kind_name(program_.kind(sum_)), "Binary");
  EXPECT_TRUE(program_.is<Binary>(sum_));
  EXPECT_EQ(program_.get<Variable>(variable_).name, "$a");
  EXPECT_EQ(program_.get_if<Variable>(sum_), nullptr);
  EXPECT_EQ(program_.get_if<Variable>(NodeId::kNone), nullptr);
  EXPECT_EQ(program_.without_parens(paren_), one_);
}

TEST_F(ProgramTest, WalksParentsFirst) {
  std::string kinds;
  walk(program_, probe_, [&](NodeId id) {
    kinds += node_kind_name(program_.kind(id));
    kinds += ' ';
    return true;
  });
  EXPECT_EQ(kinds, "Probe AttachPoint Block Binary Paren IntegerLiteral Variable ");
}

TEST_F(ProgramTest, SkipsWhatTheVisitorDeclines) {
  int visited = 0;
  walk(program_, probe_, [&](NodeId id) {
    ++visited;
    return !program_.is<Binary>(id);
  });
  EXPECT_EQ(visited, 4);
}

TEST_F(ProgramTest, DumpsWithPlaces) {
  EXPECT_EQ(dump(program_, sources_),
            "Program\n"
            "  Probe 1:1-15\n"
            "    AttachPoint 1:1-2 \"x\"\n"
            "    Block 1:3-15\n"
            "      value: Binary 1:5-13 +\n"
            "        Paren 1:5-8\n"
            "          IntegerLiteral 1:6-7 1\n"
            "        Variable 1:11-13 $a\n");
}

TEST_F(ProgramTest, TheShapeHasNoPlaces) {
  EXPECT_EQ(dump_shape(program_),
            "Program\n"
            "  Probe\n"
            "    AttachPoint \"x\"\n"
            "    Block\n"
            "      value: Binary +\n"
            "        Paren\n"
            "          IntegerLiteral 1\n"
            "        Variable $a\n");
}

TEST_F(ProgramTest, TellsWhichBlocksHaveAValue) {
  EXPECT_TRUE(ends_in_value(program_, block_));
  EXPECT_FALSE(ends_in_value(program_, sum_));
}

TEST(Operators, HaveTheirSpelling) {
  EXPECT_EQ(spelling(BinaryOp::kLogicalOr), "||");
  EXPECT_EQ(spelling(BinaryOp::kShiftRight), ">>");
  EXPECT_EQ(spelling(BinaryOp::kModulo), "%");
  EXPECT_EQ(spelling(UnaryOp::kPostDecrement), "--");
  EXPECT_EQ(spelling(UnaryOp::kAddressOf), "&");
}

}  // namespace
}  // namespace sonde::ast
