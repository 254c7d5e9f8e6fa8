// Which node a comment is attached to.
#include <gtest/gtest.h>

#include "lexer/base/concat.h"
#include "parser/parse.h"

namespace sonde {
namespace {

// "comment: place Kind" for each.
std::string owners(std::string text) {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer tokens = lex(sources.add("t.bt", std::move(text)), sources, diagnostics);
  ast::Program program = parse(tokens, sources, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  std::string out;
  for (const ast::Comment& comment : program.comments()) {
    constexpr std::string_view kPlaces[] = {"before", "behind", "inside"};
    std::string_view owner =
        exists(comment.owner) ? node_kind_name(program.kind(comment.owner)) : "nothing";
    out += concat(sources.text(comment.span), ": ", kPlaces[to_index(comment.place)], ' ', owner,
                  '\n');
  }
  return out;
}

struct Case {
  const char* text;
  const char* owners;
};
class Comments : public testing::TestWithParam<Case> {};

TEST_P(Comments, BelongTo) {
  EXPECT_EQ(owners(GetParam().text), GetParam().owners);
}

INSTANTIATE_TEST_SUITE_P(
    Places, Comments,
    testing::Values(
        Case{"// a\nx{}", "// a: before Probe\n"}, Case{"x{} // a", "// a: behind Probe\n"},
        Case{"x{}\n// a", "// a: inside nothing\n"}, Case{"// a", "// a: inside nothing\n"},
        Case{"x /*a*/ {}", "/*a*/: before Probe\n"}, Case{"x{ /*a*/ }", "/*a*/: inside Block\n"},
        Case{"x{\n// a\n$b = 1;\n}", "// a: before Assign\n"},
        Case{"x{ $b = 1; // a\n}", "// a: behind Assign\n"},
        Case{"x{ $b = /*a*/ 1; }", "/*a*/: before Assign\n"},
        Case{"x{ $b = 1; /*a*/ $c; }", "/*a*/: before ExpressionStatement\n"},
        Case{"x{ $b = 1;\n// a\n}", "// a: inside Block\n"},
        Case{"x{ $b // a\n}", "// a: behind Variable\n"},
        Case{"x{ if (1) { } /*a*/ else { } }", "/*a*/: before If\n"},
        Case{"x{ if (1) { $c; /*a*/ } }", "/*a*/: behind ExpressionStatement\n"},
        Case{"x{ f(1, { /*a*/ }); }", "/*a*/: inside Block\n"},
        Case{"config = { /*a*/ b = 1; }", "/*a*/: inside Config\n"},
        Case{"#define A /*in the line*/ 1\n/*a*/ struct s { /*in the text*/ }; // b",
             "/*a*/: before CDefinition\n// b: behind CDefinition\n"}));

}  // namespace
}  // namespace sonde
