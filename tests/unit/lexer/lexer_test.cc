// What bytes become which tokens; where a token's kind depends on its surroundings, see
// classify_test.cc.
#include <gtest/gtest.h>

#include "lexer/base/concat.h"
#include "lexer/token.h"

namespace sonde {
namespace {

struct Lexed {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer buffer;
  explicit Lexed(std::string text)
      : buffer(lex(sources.add("t.bt", std::move(text)), sources, diagnostics)) {}

  // "Kind text", without the tokens that only mark an end.
  std::string tokens() const {
    std::string out;
    for (const Token& token : buffer.tokens()) {
      if (token.kind == TokenKind::kItemEnd || token.kind == TokenKind::kEnd) continue;
      if (!out.empty()) out += "  ";
      out += concat(token_row(token.kind).id, ' ', sources.text(token.span));
    }
    return out;
  }
  std::string errors() const {
    std::string out;
    for (const Diagnostic* diagnostic : diagnostics.sorted())
      out += concat(diagnostic_row(diagnostic->kind).name, ' ', diagnostic->span.begin, '-',
                    diagnostic->span.end, '\n');
    return out;
  }
  std::string string() const {
    for (const Token& token : buffer.tokens())
      if (token.kind == TokenKind::kString) return buffer.string(token);
    return "no string";
  }
};

struct Case {
  const char* text;
  const char* tokens;
};
class AtRootLevel : public testing::TestWithParam<Case> {};

TEST_P(AtRootLevel, Reads) {
  Lexed lexed(GetParam().text);
  EXPECT_EQ(lexed.tokens(), GetParam().tokens);
  EXPECT_EQ(lexed.errors(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, AtRootLevel,
    testing::Values(
        Case{"", ""}, Case{"#!/bin/x { } \"", ""}, Case{" // c\n/* d */", ""},
        Case{"uprobe:/opt/app:work{}",
             "AttachPoint uprobe:/opt/app:work  LeftBrace {  RightBrace }"},
        Case{"begin/1/{}",
             "AttachPoint begin  PredicateOpen /  Integer 1  PredicateClose /  LeftBrace {  "
             "RightBrace }"},
        Case{"interval:s:1/pid/{}", "AttachPoint interval:s:1/pid/  LeftBrace {  RightBrace }"},
        Case{"a:\"x {,/\"b,c", "AttachPoint a:\"x {,/\"b  Comma ,  AttachPoint c"},
        Case{"a:\"x\\\"y\" b", "AttachPoint a:\"x\\\"y\"  AttachPoint b"},
        Case{"x=config:y", "AttachPoint x=config:y"},
        Case{"config={}", "Config config  Assign =  LeftBrace {  RightBrace }"},
        Case{"config /**/ = {a=b}",
             "Config config  Assign =  LeftBrace {  Identifier a  Assign =  Identifier b  "
             "RightBrace }"},
        Case{"config=kprobe:f", "AttachPoint config=kprobe:f"},
        Case{"config:x", "AttachPoint config:x"}, Case{"structure:x", "AttachPoint structure:x"},
        Case{"macro m{1}", "Macro macro  Identifier m  LeftBrace {  Integer 1  RightBrace }"},
        Case{"import\"a\"begin", "Import import  String \"a\"  AttachPoint begin"},
        Case{"import \"a\" ; begin", "Import import  String \"a\"  Semicolon ;  AttachPoint begin"},
        Case{"let @m = hash(1) begin",
             "Let let  Map @m  Assign =  Identifier hash  LeftParen (  Integer 1  RightParen )  "
             "AttachPoint begin"},
        Case{"struct a{int x;/*}*/char*s;};b",
             "CDefinition struct a{int x;/*}*/char*s;};  AttachPoint b"},
        Case{"enum{A='}',B}__attribute__((x(1)))/**/b",
             "CDefinition enum{A='}',B}__attribute__((x(1)))  AttachPoint b"},
        Case{"union u;b", "CDefinition union u;  AttachPoint b"},
        Case{"#define A \\\n 1 // c\nb", "CDefinition #define A \\\n 1 // c  AttachPoint b"},
        Case{"#define A /* x\n y */ 1\nb", "CDefinition #define A /* x\n y */ 1  AttachPoint b"},
        Case{"#define A \"/*\"  \r\nb", "CDefinition #define A \"/*\"  AttachPoint b"}));

class InABody : public testing::TestWithParam<Case> {};

TEST_P(InABody, Reads) {
  Lexed lexed(concat("x{", GetParam().text, "}"));
  EXPECT_EQ(lexed.tokens(),
            concat("AttachPoint x  LeftBrace {  ", GetParam().tokens, "  RightBrace }"));
  EXPECT_EQ(lexed.errors(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, InABody,
    testing::Values(
        Case{"0..4", "Integer 0  DotDot ..  Integer 4"},
        Case{"$t.1.0", "Variable $t  Dot .  Integer 1  Dot .  Integer 0"},
        Case{"@ @a @[", "Map @  Map @a  Map @  LeftBracket ["},
        Case{"$1 $# $x1", "Positional $1  ParameterCount $#  Variable $x1"},
        Case{"a-->b->c--",
             "Identifier a  MinusMinus --  Greater >  Identifier b  Arrow ->  "
             "Identifier c  MinusMinus --"},
        Case{"a<<=b>>=c<=d",
             "Identifier a  ShiftLeftAssign <<=  Identifier b  ShiftRightAssign >>=  "
             "Identifier c  LessEqual <=  Identifier d"},
        Case{"a/b/**//c//d\n", "Identifier a  Slash /  Identifier b  Slash /  Identifier c"},
        Case{"a/=b", "Identifier a  DivideAssign /=  Identifier b"},
        Case{"iffy if config macro", "Identifier iffy  If if  Identifier config  Identifier macro"},
        Case{"\"//\" \"/*\"", "String \"//\"  String \"/*\""}));

struct Wrong {
  const char* text;
  const char* errors;
};
class Reports : public testing::TestWithParam<Wrong> {};

TEST_P(Reports, TheFirstByteThatIsWrong) {
  EXPECT_EQ(Lexed(GetParam().text).errors(), GetParam().errors);
}

INSTANTIATE_TEST_SUITE_P(Texts, Reports,
                         testing::Values(Wrong{"x{'a'}", "bad-character 2-5\n"},
                                         Wrong{"x{\xc3\xa9}", "bad-character 2-4\n"},
                                         Wrong{"x{$}", "bad-character 2-3\n"},
                                         Wrong{"x{$0}", "bad-parameter 2-4\n"},
                                         Wrong{"x{$9223372036854775808}", "bad-parameter 2-22\n"},
                                         Wrong{"x{\"a\n}", "unterminated-string 5-6\n"},
                                         Wrong{"x{}/*", "unterminated-comment 3-5\n"},
                                         Wrong{"x{\"\\q\"}", "bad-escape 3-5\n"},
                                         Wrong{"x{12qq}", "bad-number 4-6\n"},
                                         Wrong{"x{2e19}", "number-too-big 2-6\n"},
                                         Wrong{"x{", "unterminated-block 2-2\n"},
                                         Wrong{"struct s{", "unterminated-block 9-9\n"},
                                         Wrong{"x{\n#define A\n}", "misplaced-item 3-12\n"},
                                         Wrong{"a{\n{\nb:c{}", "unterminated-block 5-6\n"}));

TEST(Strings, ResolveTheirEscapes) {
  EXPECT_EQ(Lexed("x{\"a\\n\\t\\r\\\"\\\\\"}").string(), "a\n\t\r\"\\");
  EXPECT_EQ(Lexed("x{\"\\101\\60\\1018\"}").string(), "A0A8");
  EXPECT_EQ(Lexed("x{\"\\x5a\\X4a4\\x7\"}").string(), "ZJ4\7");
  EXPECT_EQ(Lexed("x{\"\\0\"}").string(), std::string("\0", 1));
}

TEST(Items, EndWithAMarkOfNoWidth) {
  Lexed lexed("a{} import \"x\" b{}");
  std::vector<std::uint32_t> ends;
  for (const Token& token : lexed.buffer.tokens())
    if (token.kind == TokenKind::kItemEnd) ends.push_back(token.span.begin);
  EXPECT_EQ(ends, (std::vector<std::uint32_t>{3, 14, 18}));
}

TEST(Comments, AreKeptWithTheirPlaces) {
  Lexed lexed("// a\r\nx /* b */ { // c\n}");
  std::string comments;
  for (Span span : lexed.buffer.comments()) comments += concat('[', lexed.sources.text(span), ']');
  EXPECT_EQ(comments, "[// a][/* b */][// c]");
}

TEST(Braces, AreClosedAtTheEndOfTheFile) {
  Lexed lexed("x{{");
  EXPECT_EQ(lexed.tokens(), "AttachPoint x  LeftBrace {  LeftBrace {  RightBrace   RightBrace ");
}

TEST(Errors, EndAfterManyOfThem) {
  std::string text = "x{ f(";
  for (int i = 0; i < 100000; ++i) text += "` ";
  EXPECT_EQ(Lexed(text).diagnostics.error_count(), 200u);
}

TEST(MatchBrackets, PairsWhatBelongsTogether) {
  Lexed lexed("x{(a[1)]}");
  auto partners = match_brackets(lexed.buffer);
  // x { ( a [ 1 ) ] }
  EXPECT_EQ(partners[1], static_cast<TokenId>(8));
  EXPECT_EQ(partners[2], std::nullopt);
  EXPECT_EQ(partners[4], static_cast<TokenId>(7));
  EXPECT_EQ(partners[6], std::nullopt);
}

}  // namespace
}  // namespace sonde
