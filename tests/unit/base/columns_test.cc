#include "lexer/base/columns.h"

#include <gtest/gtest.h>

namespace sonde {
namespace {

TEST(ColumnsTest, CountsCharactersAndNotBytes) {
  EXPECT_EQ(column_count("abc"), 3u);
  EXPECT_EQ(column_count("\xc3\xa4\xc3\xb6"), 2u);               // ä ö
  EXPECT_EQ(column_count("\xe2\x82\xac"), 1u);                   // euro sign
  EXPECT_EQ(column_count("\xf0\x9f\x9a\x80 \xe6\xbc\xa2"), 5u);  // rocket, space, Han character
  EXPECT_EQ(column_count("e\xcc\x81"), 1u);                      // e with a combining acute
}

TEST(ColumnsTest, CountsEachInvalidByte) {
  EXPECT_EQ(column_count("\xff\x80"), 2u);
  EXPECT_EQ(column_count("\xc3"), 1u);
  EXPECT_EQ(column_count("\xe2\x82x"), 3u);
}

TEST(ColumnsTest, PlacesAMarkerBehindTabsAndUmlauts) {
  std::string_view line = "\t\"\xc3\xa4\" foo";
  EXPECT_EQ(columns_of(line, 6, 9).begin, 8u);
  EXPECT_EQ(columns_of(line, 6, 9).width, 3u);
  EXPECT_EQ(columns_of(line, 9, 9).width, 1u);
  EXPECT_EQ(columns_of(line, 100, 200).begin, 11u);
}

}  // namespace
}  // namespace sonde
