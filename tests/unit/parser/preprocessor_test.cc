// What the preprocessor leaves of C text: declarations with macros replaced, conditions applied,
// and the macros that a script may use.
#include "parser/preprocessor.h"

#include <gtest/gtest.h>

#include "lexer/base/concat.h"

namespace sonde {
namespace {

struct Preprocessed {
  SourceMap sources;
  Diagnostics diagnostics;
  ast::CSource source;
};

Preprocessed preprocess_text(const std::string& text) {
  Preprocessed result;
  FileId file = result.sources.add("c.h", text);
  Span whole{file, 0, static_cast<std::uint32_t>(text.size())};
  result.source = preprocess({whole}, {"BPFTRACE_HAVE_BTF"}, result.sources, result.diagnostics);
  return result;
}

std::string declarations(const std::string& text) {
  std::string out;
  for (const ast::CDeclaration& declaration : preprocess_text(text).source.declarations) {
    for (const ast::CToken& token : declaration.tokens) out += token.text + ' ';
    out += '\n';
  }
  return out;
}

std::string macros(const std::string& text) {
  Preprocessed read = preprocess_text(text);
  std::string out;
  for (const ast::CMacro& macro : read.source.macros) {
    out += macro.name + '=';
    out += read.sources.text(macro.text_span);
    out += '\n';
  }
  return out;
}

std::string first_error(const std::string& text) {
  Preprocessed read = preprocess_text(text);
  return read.diagnostics.empty() ? "" : read.diagnostics.sorted().front()->message;
}

TEST(Preprocessor, ReplacesMacrosInDeclarations) {
  EXPECT_EQ(declarations("#define N 3\n#define M (N + 1)\nstruct s { char a[N]; int b[M]; };"),
            "struct s { char a [ 3 ] ; int b [ ( 3 + 1 ) ] ; } \n");
}

TEST(Preprocessor, LeavesAMacroInsideItselfAlone) {
  EXPECT_EQ(declarations("#define N N\nstruct s { char a[N]; };"),
            "struct s { char a [ N ] ; } \n");
}

TEST(Preprocessor, CutsDeclarations) {
  EXPECT_EQ(declarations("struct a { int x; }; enum e { A, B }; typedef int number;"),
            "struct a { int x ; } \nenum e { A , B } \ntypedef int number \n");
}

TEST(Preprocessor, LeavesOutFunctionsAndVariables) {
  EXPECT_EQ(
      declarations("static inline int f(void) { return 1; }\nextern int v;\n"
                   "struct __attribute__((packed)) s { int x; } __attribute__((aligned(2)));"),
      "struct __attribute__ ( ( packed ) ) s { int x ; } "
      "__attribute__ ( ( aligned ( 2 ) ) ) \n");
}

TEST(Preprocessor, AppliesConditionsInsideDeclarations) {
  EXPECT_EQ(declarations("struct s {\n#ifdef NO\nint a;\n#else\nint b;\n#endif\n};"),
            "struct s { int b ; } \n");
}

TEST(Preprocessor, KeepsTheLastDefinition) {
  EXPECT_EQ(macros("#define A 1\n#define B 2 /* two */\n#undef A\n#define A (1 + \\\n 2)\n"
                   "#define F(x) x\n#define EMPTY\n#undef B\n"),
            "A=(1 + \\\n 2)\nEMPTY=\n");
}

TEST(Preprocessor, EvaluatesConditions) {
  for (const char* condition :
       {"1", "2 > 1 && !0", "defined(BPFTRACE_HAVE_BTF)", "defined BPFTRACE_HAVE_BTF",
        "!defined(NO) || 0", "(1 << 4) == 0x10", "NO == 0", "1 ? 2 : 0", "-1 < 0", "07 + 1 == 8",
        "NO(1, (2)) == 0", "10UL % 4 == 2", "'A' == 65"}) {
    EXPECT_EQ(macros(std::string("#if ") + condition + "\n#define YES\n#endif\n"), "YES=\n")
        << condition;
  }
}

TEST(Preprocessor, TakesOneBranch) {
  EXPECT_EQ(macros("#define N 2\n#if N == 1\n#define A 1\n#elif N == 2\n#define A 2\n"
                   "#elif 1\n#define A 3\n#else\n#define A 4\n#endif\n"),
            "N=2\nA=2\n");
}

TEST(Preprocessor, IgnoresWhatABranchLeavesOut) {
  EXPECT_EQ(first_error("#if 0\n#error no\n#if nonsense (\n#endif\n#nothing\n#endif\n"), "");
}

TEST(Preprocessor, ListsIncludes) {
  auto read = preprocess_text(
      "#include <linux/fs.h>\n#if 0\n#include \"no.h\"\n#endif\n"
      "#include \"mine.h\"\n");
  ASSERT_EQ(read.source.includes.size(), 2u);
  EXPECT_EQ(read.source.includes[0].path, "linux/fs.h");
  EXPECT_TRUE(read.source.includes[0].is_system);
  EXPECT_EQ(read.source.includes[1].path, "mine.h");
  EXPECT_FALSE(read.source.includes[1].is_system);
}

TEST(Preprocessor, ReportsMistakes) {
  EXPECT_EQ(first_error("#if 1\n"), "this condition is not closed");
  EXPECT_EQ(first_error("#endif\n"), "there is no condition that this could end");
  EXPECT_EQ(first_error("#if 1 +\n#endif\n"),
            "this condition is no constant expression of integers");
  EXPECT_EQ(first_error("#if 1 / 0\n#endif\n"),
            "this condition is no constant expression of integers");
  EXPECT_EQ(first_error("#error stop here\n"), "the script's own `#error`: stop here");
  EXPECT_EQ(first_error("#frob\n"), "`#frob` is no directive of the preprocessor");
  EXPECT_EQ(first_error("#define 1\n"), "a name to define is missing");
}

TEST(Preprocessor, MacrosThatGrowWithoutEndAreRefused) {
  std::string doubling, chain;
  for (int i = 0; i < 40; ++i) doubling += concat("#define a", i, " a", i + 1, " a", i + 1, "\n");
  for (int i = 0; i < 60000; ++i) chain += concat("#define a", i, " a", i + 1, "\n");
  constexpr std::string_view kMessage =
      "the macros of this C code nest too deep, or make too much of it";
  EXPECT_EQ(first_error(doubling + "#if 1 a0\n#endif\n"), kMessage);
  EXPECT_EQ(first_error(doubling + "struct s { a0; };\n"), kMessage);
  EXPECT_EQ(first_error(chain + "#if a0\n#endif\n"), kMessage);
}

}  // namespace
}  // namespace sonde
