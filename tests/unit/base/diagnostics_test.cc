#include "lexer/base/diagnostics.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sonde {
namespace {

constexpr auto kError = DiagnosticKind::kUnknownFunction;
constexpr auto kWarning = DiagnosticKind::kUnreachable;

class DiagnosticsTest : public testing::Test {
 protected:
  Span at(std::uint32_t begin, std::uint32_t end) const { return {file_, begin, end}; }
  std::string text(UseColor color = UseColor::kNo) const {
    std::string out;
    for (const Diagnostic* diagnostic : diagnostics_.sorted())
      out += render_text(*diagnostic, sources_, color);
    return out;
  }

  SourceMap sources_;
  FileId file_ = sources_.add("s.bt", "begin {\n\t@x = frob(1);\n}\n");
  Diagnostics diagnostics_;
};

TEST_F(DiagnosticsTest, CountsErrorsAndNotWarnings) {
  EXPECT_TRUE(diagnostics_.empty());
  diagnostics_.report(kWarning, at(0, 1), "warned");
  EXPECT_FALSE(diagnostics_.has_errors());
  diagnostics_.report(kError, at(0, 1), "wrong");
  EXPECT_TRUE(diagnostics_.has_errors());
  EXPECT_EQ(diagnostics_.error_count(), 1u);
}

TEST_F(DiagnosticsTest, KeepsTheSameReportOnce) {
  diagnostics_.report(kError, at(0, 1), "wrong").hint("first");
  diagnostics_.report(kError, at(0, 1), "wrong").hint("second");
  diagnostics_.report(kError, at(0, 2), "wrong");
  ASSERT_EQ(diagnostics_.sorted().size(), 2u);
  EXPECT_EQ(diagnostics_.sorted()[0]->hints, std::vector<std::string>{"first"});
}

TEST_F(DiagnosticsTest, ShowsErrorsFirstThenByPlace) {
  diagnostics_.report(kWarning, at(0, 1), "a");
  diagnostics_.report(kError, at(9, 10), "b");
  diagnostics_.report(kError, at(2, 3), "c");
  std::string order;
  for (const Diagnostic* diagnostic : diagnostics_.sorted()) order += diagnostic->message;
  EXPECT_EQ(order, "cba");
}

TEST_F(DiagnosticsTest, RendersExcerptLabelNotesAndHints) {
  diagnostics_.report(kError, at(14, 18), "unknown function `frob`")
      .label("called here")
      .also_at(at(0, 5), "in this probe")
      .note("a note")
      .hint("a hint");
  EXPECT_EQ(text(),
            "s.bt:2:7-11: ERROR: unknown function `frob` [unknown-function]\n"
            "   |\n"
            " 2 |     @x = frob(1);\n"
            "   |          ^^^^ called here\n"
            "   |\n"
            " 1 | begin {\n"
            "   | ^^^^^ in this probe\n"
            "   = note: a note\n"
            "   = hint: a hint\n");
}

TEST_F(DiagnosticsTest, RendersASpanOverSeveralLinesByItsLines) {
  diagnostics_.report(kWarning, at(0, 24), "never reached");
  EXPECT_EQ(text(),
            "s.bt:1-3: WARNING: never reached [unreachable]\n"
            "   |\n"
            " 1 | begin {\n"
            " 2 |     @x = frob(1);\n"
            " 3 | }\n");
}

TEST_F(DiagnosticsTest, ShowsOfAVeryLongSpanItsBeginAndItsEnd) {
  std::string script;
  for (int i = 1; i <= 100; ++i) script += "x\n";
  Span span{sources_.add("long.bt", script), 0, 200};
  diagnostics_.report(kWarning, span, "never reached");
  std::string shown = text();
  EXPECT_NE(shown.find("  10 | x\n     ...\n 100 | x\n"), std::string::npos) << shown;
}

TEST_F(DiagnosticsTest, ShowsOfAVeryLongLineWhatIsAroundTheMark) {
  std::string script = std::string(2000, 'a') + "wrong" + std::string(2000, 'b');
  diagnostics_.report(kError, Span{sources_.add("long.bt", script), 2000, 2005}, "no");
  EXPECT_EQ(text(), "long.bt:1:2001-2006: ERROR: no [unknown-function]\n   |\n 1 | " +
                        std::string(100, 'a') + "wrong" + std::string(295, 'b') + "\n   | " +
                        std::string(100, ' ') + "^^^^^\n");
}

TEST_F(DiagnosticsTest, RendersWithoutAPlace) {
  diagnostics_.report(kError, Span{}, "nothing to attach");
  EXPECT_EQ(text(), "ERROR: nothing to attach [unknown-function]\n");
}

TEST_F(DiagnosticsTest, RendersTheChainOfExpansions) {
  Span place = at(14, 18);
  place.expansion = sources_.add_expansion(at(9, 11));
  diagnostics_.report(kError, place, "wrong");
  EXPECT_EQ(text(),
            "s.bt:2:7-11: ERROR: wrong [unknown-function]\n"
            "   |\n"
            " 2 |     @x = frob(1);\n"
            "   |          ^^^^\n"
            "s.bt:2:2-4: ERROR: expanded from\n"
            "   |\n"
            " 2 |     @x = frob(1);\n"
            "   |     ^^\n");
}

TEST_F(DiagnosticsTest, ColorsTheFirstLineOnly) {
  diagnostics_.report(kError, Span{}, "wrong");
  diagnostics_.report(kWarning, Span{}, "odd");
  EXPECT_EQ(text(UseColor::kYes),
            "\x1b[31mERROR: wrong [unknown-function]\x1b[0m\n"
            "\x1b[33mWARNING: odd [unreachable]\x1b[0m\n");
}

TEST_F(DiagnosticsTest, RendersJsonOnOneLine) {
  diagnostics_.report(kError, at(14, 18), "unknown `x\"y`")
      .label("here")
      .also_at(at(0, 5), "probe")
      .hint("h");
  EXPECT_EQ(
      render_json(*diagnostics_.sorted()[0], sources_),
      "{\"type\": \"diagnostic\", \"severity\": \"error\", \"kind\": \"unknown-function\", "
      "\"msg\": \"unknown `x\\\"y`\", \"filename\": \"s.bt\", \"line\": 2, \"col\": 7, "
      "\"end_line\": 2, \"end_col\": 11, \"label\": \"here\", \"related\": [{\"msg\": \"probe\", "
      "\"filename\": \"s.bt\", \"line\": 1, \"col\": 1, \"end_line\": 1, \"end_col\": 6}], "
      "\"hints\": [\"h\"]}\n");
}

TEST(NearestName, FindsTyposAndNothingElse) {
  const std::vector<std::string_view> names = {"printf", "print", "strftime", "ustack", "kstack"};
  struct {
    const char* name;
    std::optional<std::string_view> nearest;
  } const cases[] = {{"pritnf", "printf"}, {"prinf", "printf"}, {"strtime", "strftime"},
                     {"kstac", "kstack"},  {"print", "printf"}, {"banana", std::nullopt},
                     {"x", std::nullopt},  {"", std::nullopt}};
  for (const auto& expected : cases)
    EXPECT_EQ(nearest_name(expected.name, names), expected.nearest) << expected.name;
}

TEST(DiagnosticRows, HaveKebabCaseNamesOfTheirOwn) {
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < static_cast<std::size_t>(DiagnosticKind::kCount); ++i) {
    const DiagnosticRow& row = diagnostic_row(static_cast<DiagnosticKind>(i));
    EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos)
        << row.name;
    EXPECT_EQ(std::find(seen.begin(), seen.end(), row.name), seen.end()) << row.name;
    seen.push_back(row.name);
  }
}

}  // namespace
}  // namespace sonde
