#include "lexer/base/json.h"

#include <gtest/gtest.h>

namespace sonde {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesWhatJsonRequires) {
  EXPECT_EQ(json("plain"), "\"plain\"");
  EXPECT_EQ(json("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(json("\n\r\t"), "\"\\n\\r\\t\"");
  EXPECT_EQ(json(std::string_view("\0\x1f", 2)), "\"\\u0000\\u001f\"");
}

TEST(JsonString, KeepsValidUtf8) {
  EXPECT_EQ(json("na\xc3\xafve \xe6\x9c\xa8 \xf0\x9f\x90\x9d"),
            "\"na\xc3\xafve \xe6\x9c\xa8 \xf0\x9f\x90\x9d\"");
}

TEST(JsonString, ReplacesInvalidBytes) {
  const std::string_view cases[] = {
      "\x80",              // a continuation without its lead
      "\xff",              // never valid
      "\xc3",              // ends too early
      "\xc0\xaf",          // overlong
      "\xed\xa0\x80",      // a surrogate
      "\xf4\x90\x80\x80",  // above the last code point
  };
  for (std::string_view text : cases) {
    std::string expected = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) expected += "\xef\xbf\xbd";
    EXPECT_EQ(json(text), expected + '"');
  }
}

}  // namespace
}  // namespace sonde
