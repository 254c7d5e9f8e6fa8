#include "lexer/base/source_map.h"

#include <gtest/gtest.h>

namespace sonde {
namespace {

TEST(SourceMap, FindsLinesAndColumns) {
  SourceMap sources;
  FileId file = sources.add("a.bt", "ab\n\ncd");
  struct {
    std::uint32_t offset, line, column;
  } const cases[] = {{0, 1, 1}, {1, 1, 2}, {2, 1, 3}, {3, 2, 1}, {4, 3, 1}, {5, 3, 2}, {6, 3, 3}};
  for (const auto& expected : cases) {
    LineColumn place = sources.locate(file, expected.offset);
    EXPECT_EQ(place.line, expected.line) << expected.offset;
    EXPECT_EQ(place.column, expected.column) << expected.offset;
  }
}

TEST(SourceMap, ColumnsCountBytes) {
  SourceMap sources;
  FileId file = sources.add("a.bt", "\xe6\x9c\xa8x");
  EXPECT_EQ(sources.locate(file, 3).column, 4u);
}

TEST(SourceMap, LineTextHasNoLineEnd) {
  SourceMap sources;
  FileId file = sources.add("a.bt", "one\r\ntwo\nthree");
  EXPECT_EQ(sources.line_text(file, 1), "one");
  EXPECT_EQ(sources.line_text(file, 2), "two");
  EXPECT_EQ(sources.line_text(file, 3), "three");
  EXPECT_EQ(sources.line_text(file, 4), "");
  EXPECT_EQ(sources.line_text(file, 0), "");
}

TEST(SourceMap, TextOfASpan) {
  SourceMap sources;
  sources.add("a.bt", "first");
  FileId file = sources.add("b.bt", "second");
  EXPECT_EQ(sources.name(file), "b.bt");
  EXPECT_EQ(sources.text(Span{file, 1, 4}), "eco");
  EXPECT_EQ(sources.text(Span{}), "");
}

TEST(Span, CoverIsTheSmallestSpanOverBoth) {
  auto file = static_cast<FileId>(0);
  EXPECT_EQ(cover({file, 5, 8}, {file, 1, 6}), (Span{file, 1, 8}));
  EXPECT_EQ(cover({}, {file, 1, 6}), (Span{file, 1, 6}));
  EXPECT_EQ(cover({file, 1, 6}, {}), (Span{file, 1, 6}));
}

}  // namespace
}  // namespace sonde
