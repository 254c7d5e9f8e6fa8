// The rules of the language's tokens (spec/language.md §2) as re2c conditions, one per mode: `root` between items,
// where attach points are raw text; `body` inside of predicates, blocks and everything else that is made of tokens;
// `definition` inside of a C definition, which is kept as text. A rule names what it matched and leaves decisions to
// scanner.cc. The end of the text is found by re2c's own end rule, so that a script may contain any byte.
#include "lexer/scanner.h"

namespace sonde {

bool Scanner::step() {
  start_ = cursor_;
  // clang-format off
  /*!re2c
    re2c:flags:bit-vectors = 0;
    re2c:api:style = free-form;
    re2c:define:YYCTYPE = "Byte";
    re2c:define:YYCURSOR = "cursor_";
    re2c:define:YYLIMIT = "limit_";
    re2c:define:YYMARKER = "marker_";
    re2c:define:YYGETCONDITION = "mode_";
    re2c:define:YYGETCONDITION:naked = 1;
    re2c:condenumprefix = "Mode::k";
    re2c:condprefix = "mode_";
    re2c:yyfill:enable = 0;
    re2c:eof = 0;

    space         = [ \t\r\n]+;
    line_comment  = "//" [^\n]*;
    block_comment = "/*" ([^*] | "*"+ [^*/])* "*"+ "/";
    letter        = [a-zA-Z_];
    word          = letter [a-zA-Z0-9_]*;
    string_byte   = [^"\\\n] | "\\" [^\n];
    string        = ["] string_byte* ["];
    open_string   = ["] string_byte* "\\"?;

    <*> $             { return false; }
    <Root, Body, Definition> space { return true; }

    <Root, Body> line_comment  { push_comment(); return true; }
    <Root, Body> block_comment { push_comment(); return true; }
    <*> "/*"                   { unterminated_comment(); return true; }

    <Root> "{"   { open_brace(); return true; }
    <Root> ","   { push(TokenKind::kComma); return true; }
    <Root> "/"   { root_slash(); return true; }
    <Root> "#"   { directive(); return true; }
    <Root> word  { root_word(); return true; }
    <Root> [^]   { attach_text(); return true; }

    <Body> "{"   { open_brace(); return true; }
    <Body> "}"   { close_brace(); return true; }
    <Body> "("   { ++open_parentheses_; push(TokenKind::kLeftParen); return true; }
    <Body> ")"   { close_parenthesis(); return true; }
    <Body> "["   { push(TokenKind::kLeftBracket); return true; }
    <Body> "]"   { push(TokenKind::kRightBracket); return true; }
    <Body> ","   { push(TokenKind::kComma); return true; }
    <Body> ";"   { semicolon(); return true; }
    <Body> ":"   { push(TokenKind::kColon); return true; }
    <Body> "?"   { push(TokenKind::kQuestion); return true; }
    <Body> "."   { push(TokenKind::kDot); return true; }
    <Body> ".."  { push(TokenKind::kDotDot); return true; }
    <Body> "->"  { push(TokenKind::kArrow); return true; }
    <Body> "="   { push(TokenKind::kAssign); return true; }
    <Body> "+="  { push(TokenKind::kAddAssign); return true; }
    <Body> "-="  { push(TokenKind::kSubtractAssign); return true; }
    <Body> "*="  { push(TokenKind::kMultiplyAssign); return true; }
    <Body> "/="  { push(TokenKind::kDivideAssign); return true; }
    <Body> "%="  { push(TokenKind::kModuloAssign); return true; }
    <Body> "&="  { push(TokenKind::kAndAssign); return true; }
    <Body> "|="  { push(TokenKind::kOrAssign); return true; }
    <Body> "^="  { push(TokenKind::kXorAssign); return true; }
    <Body> "<<=" { push(TokenKind::kShiftLeftAssign); return true; }
    <Body> ">>=" { push(TokenKind::kShiftRightAssign); return true; }
    <Body> "||"  { push(TokenKind::kOrOr); return true; }
    <Body> "&&"  { push(TokenKind::kAndAnd); return true; }
    <Body> "|"   { push(TokenKind::kOr); return true; }
    <Body> "^"   { push(TokenKind::kXor); return true; }
    <Body> "&"   { push(TokenKind::kAnd); return true; }
    <Body> "=="  { push(TokenKind::kEqualEqual); return true; }
    <Body> "!="  { push(TokenKind::kNotEqual); return true; }
    <Body> "<"   { push(TokenKind::kLess); return true; }
    <Body> ">"   { push(TokenKind::kGreater); return true; }
    <Body> "<="  { push(TokenKind::kLessEqual); return true; }
    <Body> ">="  { push(TokenKind::kGreaterEqual); return true; }
    <Body> "<<"  { push(TokenKind::kShiftLeft); return true; }
    <Body> ">>"  { push(TokenKind::kShiftRight); return true; }
    <Body> "+"   { push(TokenKind::kPlus); return true; }
    <Body> "-"   { push(TokenKind::kMinus); return true; }
    <Body> "*"   { push(TokenKind::kStar); return true; }
    <Body> "/"   { body_slash(); return true; }
    <Body> "%"   { push(TokenKind::kPercent); return true; }
    <Body> "!"   { push(TokenKind::kBang); return true; }
    <Body> "~"   { push(TokenKind::kTilde); return true; }
    <Body> "++"  { push(TokenKind::kPlusPlus); return true; }
    <Body> "--"  { push(TokenKind::kMinusMinus); return true; }

    <Body> [0-9] [a-zA-Z0-9_]* { push_number(); return true; }
    <Body> string              { push_string(); return true; }
    <Body> open_string         { unterminated_string(); return true; }
    <Body> "$" [0-9] [a-zA-Z0-9_]* { push_positional(); return true; }
    <Body> "$#"                { push(TokenKind::kParameterCount); return true; }
    <Body> "$" word            { push(TokenKind::kVariable); return true; }
    <Body> "@" word?           { push(TokenKind::kMap); return true; }
    <Body> word                { push_word(); return true; }
    <Body> "#"                 { directive_in_body(); return true; }
    <Body> [^]                 { bad_character(); return true; }

    <Definition> line_comment | block_comment { return true; }
    <Definition> string        { return true; }
    <Definition> "'" ([^'\\\n] | "\\" [^\n])* "'" { return true; }
    <Definition> "{"           { definition_brace(true); return true; }
    <Definition> "}"           { definition_brace(false); return true; }
    <Definition> ";"           { definition_semicolon(); return true; }
    <Definition> [^]           { return true; }
  */
  // clang-format on
}

}  // namespace sonde
