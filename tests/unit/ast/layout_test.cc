// Where the formatter's lines break.
#include "ast/format_layout.h"

#include <gtest/gtest.h>

namespace sonde::ast {
namespace {

TEST(Layout, AGroupThatFitsStaysOnOneLine) {
  Layout layout;
  Piece group = layout.group(
      layout.join({layout.text("a"), layout.line(), layout.text("b"), layout.soft_line()}));
  EXPECT_EQ(layout.print(group), "a b");
}

TEST(Layout, AGroupThatIsTooLongBreaksAtEveryLine) {
  Layout layout;
  std::string wide(60, 'x');
  Piece inner = layout.join(
      {layout.text(wide), layout.line(), layout.text(wide), layout.soft_line(), layout.text("y")});
  EXPECT_EQ(layout.print(layout.group(layout.indent(2, inner))), wide + "\n  " + wide + "\n  y");
}

TEST(Layout, AHardLineBreaksTheGroupsAroundIt) {
  Layout layout;
  Piece inner = layout.group(layout.join({layout.text("b"), layout.hard_line(), layout.text("c")}));
  Piece outer = layout.group(
      layout.join({layout.text("a"), layout.line(), inner, layout.line(), layout.text("d")}));
  EXPECT_EQ(layout.print(outer), "a\nb\nc\nd");
}

TEST(Layout, AnInnerGroupMayFitInABrokenOne) {
  Layout layout;
  std::string wide(90, 'x');
  Piece inner = layout.group(layout.join({layout.text("a"), layout.line(), layout.text("b")}));
  Piece outer = layout.group(layout.join({layout.text(wide), layout.line(), inner}));
  EXPECT_EQ(layout.print(outer), wide + " a b");
  Piece wider = layout.group(layout.join({layout.text(wide + wide), layout.line(), inner}));
  EXPECT_EQ(layout.print(wider), wide + wide + "\na b");
}

TEST(Layout, LinesDoNotEndInBlanks) {
  Layout layout;
  Piece inner = layout.join({layout.text("a "), layout.blank_line(), layout.text("b")});
  EXPECT_EQ(layout.print(layout.indent(4, inner)), "a\n\n    b");
}

}  // namespace
}  // namespace sonde::ast
