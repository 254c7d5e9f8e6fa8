// The kinds that tokens get from their surroundings.
#include "lexer/classify.h"

#include <gtest/gtest.h>

#include "lexer/base/concat.h"

namespace sonde {
namespace {

// The kinds of all tokens in a body whose kind classify decides, with the text behind them.
std::string decided(std::string_view body) {
  SourceMap sources;
  Diagnostics diagnostics;
  std::string text = concat("x{", body, "}");
  TokenBuffer buffer = lex(sources.add("t.bt", text), sources, diagnostics);
  std::string out;
  for (std::size_t i = 2; i + 3 < buffer.size(); ++i) {
    const Token& token = buffer[static_cast<TokenId>(i)];
    switch (token.kind) {
      case TokenKind::kLeftParen:
      case TokenKind::kCastParen:
      case TokenKind::kRecordParen:
      case TokenKind::kTypeParen:
      case TokenKind::kLeftBrace:
      case TokenKind::kExpressionBrace:
      case TokenKind::kIf:
      case TokenKind::kIfExpression:
        out += concat(out.empty() ? "" : " ", token_row(token.kind).id);
        break;
      default:
        break;
    }
  }
  return out;
}

struct Case {
  const char* body;
  const char* decided;
};
class Classify : public testing::TestWithParam<Case> {};

TEST_P(Classify, Decides) {
  EXPECT_EQ(decided(GetParam().body), GetParam().decided);
}

INSTANTIATE_TEST_SUITE_P(
    Parentheses, Classify,
    testing::Values(Case{"(t)$v", "CastParen"}, Case{"(t)@m", "CastParen"},
                    Case{"(t)\"s\"", "CastParen"}, Case{"(t)(x)", "CastParen LeftParen"},
                    Case{"(t)-1", "CastParen"}, Case{"(t)*$p", "CastParen"},
                    Case{"(t)&$v", "CastParen"}, Case{"(t)true", "CastParen"},
                    Case{"(t)$1", "CastParen"}, Case{"(t)sizeof(u)", "CastParen TypeParen"},
                    Case{"(t)", "LeftParen"}, Case{"(t)+1", "LeftParen"},
                    Case{"(t)/2", "LeftParen"}, Case{"(t)[1]", "LeftParen"},
                    Case{"(t)++", "LeftParen"}, Case{"(pid)*tid", "LeftParen"},
                    Case{"(arg0)-1", "LeftParen"}, Case{"(arg)-1", "CastParen"},
                    Case{"(uint8)++$x", "CastParen"}, Case{"(t*)$p", "CastParen"},
                    Case{"(t*)", "LeftParen"}, Case{"(t[4])$x", "CastParen"},
                    Case{"(t[])$x", "CastParen"}, Case{"(t[$i])-$x", "LeftParen"},
                    Case{"(uint8[$i])$x", "CastParen"}, Case{"(struct s*[2])$x", "CastParen"},
                    Case{"(unsigned long)x", "CastParen"}, Case{"(const t*)x", "CastParen"},
                    Case{"(t u)x", "LeftParen"}, Case{"(typeof(x)*)$y", "CastParen TypeParen"},
                    Case{"f(t)-1", "LeftParen"}, Case{"$a[1](t)-1", "LeftParen"},
                    Case{"return (t)$x", "CastParen"}, Case{"if (t) {}", "If LeftParen LeftBrace"},
                    Case{"if (t)$x {}", "If CastParen LeftBrace"}, Case{"(a = 1)", "RecordParen"},
                    Case{"(if = 1, for = 2)", "RecordParen"}, Case{"(a == 1)", "LeftParen"},
                    Case{"f(a = 1)", "LeftParen"}, Case{"f((a = 1))", "LeftParen RecordParen"}));

INSTANTIATE_TEST_SUITE_P(
    Types, Classify,
    testing::Values(Case{"sizeof(t)", "TypeParen"}, Case{"sizeof(t[3])", "TypeParen"},
                    Case{"sizeof((t)[3])", "LeftParen LeftParen"},
                    Case{"sizeof(t + 1)", "LeftParen"}, Case{"sizeof($x)", "LeftParen"},
                    Case{"sizeof(pid)", "LeftParen"}, Case{"sizeof(t())", "LeftParen LeftParen"},
                    Case{"offsetof(t, f)", "TypeParen"}, Case{"offsetof($x, f)", "LeftParen"},
                    Case{"typeinfo(struct s)", "TypeParen"},
                    Case{"f(typeof(t*))", "LeftParen TypeParen"}));

INSTANTIATE_TEST_SUITE_P(
    Braces, Classify,
    testing::Values(Case{"{ }", "LeftBrace"}, Case{"$a = { 1 }", "ExpressionBrace"},
                    Case{"f({ 1 }, { 2 })", "LeftParen ExpressionBrace ExpressionBrace"},
                    Case{"$a + { 1 }", "ExpressionBrace"}, Case{"return { 1 }", "ExpressionBrace"},
                    Case{"while (1) { }", "LeftParen LeftBrace"}, Case{"; { }", "LeftBrace"},
                    Case{"if $a { } else { }", "If LeftBrace LeftBrace"},
                    Case{"for $i : 0..$n++ { }", "LeftBrace"},
                    Case{"if { $a } { }", "If ExpressionBrace LeftBrace"},
                    Case{"{ } { }", "LeftBrace LeftBrace"}));

INSTANTIATE_TEST_SUITE_P(Conditionals, Classify,
                         testing::Values(Case{"if $a { }", "If LeftBrace"},
                                         Case{"$x; if $a { }", "If LeftBrace"},
                                         Case{"$x = if $a { }", "IfExpression LeftBrace"},
                                         Case{"f(if $a { } else if $b { })",
                                              "LeftParen IfExpression LeftBrace If LeftBrace"},
                                         Case{"{ if $a { } }", "LeftBrace If LeftBrace"}));

TEST(ClassifyNames, KeywordsThatAreOnlyFieldsAreNames) {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer buffer =
      lex(sources.add("t.bt", "x{a.if->for.struct; offsetof(t, while.let); (else = 1, f(true))}"),
          sources, diagnostics);
  std::string keywords;
  for (const Token& token : buffer.tokens())
    if (is_keyword(token.kind)) keywords += concat(sources.text(token.span), ' ');
  EXPECT_EQ(keywords, "offsetof true ");
}

TEST(ClassifyFunctions, TheBodyOfAFunctionIsNoExpression) {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer buffer =
      lex(sources.add("t.bt", "fn f($a : typeof({ 1 })) : int8* { }"), sources, diagnostics);
  int blocks = 0, expressions = 0;
  for (const Token& token : buffer.tokens()) {
    blocks += token.kind == TokenKind::kLeftBrace;
    expressions += token.kind == TokenKind::kExpressionBrace;
  }
  EXPECT_EQ(blocks, 1);
  EXPECT_EQ(expressions, 1);
}

}  // namespace
}  // namespace sonde
