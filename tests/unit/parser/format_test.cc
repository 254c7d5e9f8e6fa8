// --fmt's promises, on texts of all kinds and on every script of the golden tests: formatting twice
// is formatting once, the tree stays, no comment is lost.
#include "ast/format.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "ast/dump.h"
#include "parser/parse.h"

namespace sonde {
namespace {

struct Parsed {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer tokens;
  ast::Program program;
  explicit Parsed(std::string text)
      : tokens(lex(sources.add("t.bt", std::move(text)), sources, diagnostics)),
        program(parse(tokens, sources, diagnostics)) {}
  std::string formatted() const { return ast::format(program, sources); }
};

void expect_promises(const std::string& text) {
  Parsed first(text);
  ASSERT_FALSE(first.diagnostics.has_errors()) << text;
  Parsed second(first.formatted());
  ASSERT_FALSE(second.diagnostics.has_errors()) << first.formatted();
  EXPECT_EQ(ast::dump_shape(first.program), ast::dump_shape(second.program));
  EXPECT_EQ(first.formatted(), second.formatted());
  EXPECT_EQ(first.tokens.comments().size(), second.tokens.comments().size());
}

struct Case {
  const char* text;
  const char* formatted;
};
class Format : public testing::TestWithParam<Case> {};

TEST_P(Format, LaysOut) {
  EXPECT_EQ(Parsed(GetParam().text).formatted(), GetParam().formatted);
  expect_promises(GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Format,
    testing::Values(Case{"", ""}, Case{"x{}", "x { }\n"}, Case{"x,y{1}", "x,\ny {\n  1\n}\n"},
                    Case{"x/1/{a;}", "x\n/1/ {\n  a;\n}\n"}, Case{"x / *$p/ {}", "x\n/ *$p/ { }\n"},
                    Case{"x{$a=1;;$b=2}", "x {\n  $a = 1;\n  $b = 2;\n}\n"},
                    Case{"x{a;\n\n\n\nb}", "x {\n  a;\n\n  b\n}\n"},
                    Case{"x{}y{}", "x { }\n\ny { }\n"},
                    Case{"struct s;union u;", "struct s;\nunion u;\n"},
                    Case{"struct s;\n\n\nunion u;", "struct s;\n\nunion u;\n"},
                    Case{"x{if 1{a}else{b};}",
                         "x {\n  if (1) {\n    a\n  } else {\n    b\n  };\n}\n"},
                    Case{"x{$a=if(1){2}else{3}}", "x {\n  $a = if (1) { 2 } else { 3 };\n}\n"},
                    Case{"x{- -$a;- --$a;!(-$a)}", "x {\n  - -$a;\n  - --$a;\n  !(-$a)\n}\n"},
                    Case{"x{0x1F+5ms+1_0}", "x {\n  0x1F + 5ms + 1_0\n}\n"},
                    Case{"x{\"\\x41\\n\"}", "x {\n  \"\\x41\\n\"\n}\n"},
                    Case{"x{(1,);(a=1);()}", "x {\n  (1,);\n  (a = 1);\n  ()\n}\n"},
                    Case{"x{let $a:int8 * [ 3 ];}", "x {\n  let $a : int8*[3];\n}\n"},
                    Case{"x{// a\n}", "x {\n  // a\n}\n"},
                    Case{"x{a/*b*/;/*c*/}", "x {\n  a; /*b*/ /*c*/\n}\n"}));

TEST(FormatProperties, HoldForEveryGoldenScript) {
  std::size_t scripts = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SONDE_SOURCE_DIR "/tests/golden")) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".bt" || path.filename().string().starts_with("fail_")) continue;
    SCOPED_TRACE(path.string());
    std::ifstream file(path, std::ios::binary);
    expect_promises({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    ++scripts;
  }
  EXPECT_GT(scripts, 10u);
}

TEST(FormatLines, AreBrokenWhereTheyAreTooLong) {
  std::string formatted = Parsed("x{printf(\"%s %s %s\", \"" + std::string(40, 'a') + "\", \"" +
                                 std::string(40, 'b') + "\");}")
                              .formatted();
  EXPECT_EQ(formatted, "x {\n  printf(\"%s %s %s\",\n      \"" + std::string(40, 'a') +
                           "\",\n      \"" + std::string(40, 'b') + "\")" + ";\n}\n");
}

}  // namespace
}  // namespace sonde
