// Tokens are summed up before they are listed: whoever may write any of forty things is told "an
// expression". Operators are only named when nothing else could follow, because they could follow
// nearly everywhere.
#include "parser/syntax_errors.h"

#include <algorithm>
#include <string>

#include "lexer/base/concat.h"

namespace sonde::parser {
namespace {

bool contains(const std::vector<TokenKind>& kinds, TokenKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void drop(std::vector<TokenKind>& kinds, std::initializer_list<TokenGroup> groups) {
  std::erase_if(kinds, [&](TokenKind kind) {
    return std::find(groups.begin(), groups.end(), token_row(kind).group) != groups.end();
  });
}

// What `expected` comes to, as friendly names.
std::vector<std::string_view> sum_up(std::vector<TokenKind> expected) {
  using enum TokenGroup;
  std::vector<std::string_view> names;
  if (contains(expected, TokenKind::kAttachPoint) && contains(expected, TokenKind::kMacro)) {
    return {"a probe or another definition"};
  } else if (contains(expected, TokenKind::kLet)) {
    names.push_back("a statement");
    drop(expected, {kOperand, kOperandKeyword, kStatementKeyword, kOperator});
    std::erase(expected, TokenKind::kSemicolon);
    std::erase(expected, TokenKind::kLeftBrace);
  } else if (contains(expected, TokenKind::kInteger) && contains(expected, TokenKind::kVariable)) {
    names.push_back("an expression");
    drop(expected, {kOperand, kOperandKeyword, kOperator});
    // As an argument a tag stands for typeof(…), of which these lists do not speak either.
    std::erase(expected, TokenKind::kStruct);
    std::erase(expected, TokenKind::kUnion);
  }
  // Behind an operand, a parenthesis would be a call.
  if (contains(expected, TokenKind::kPlus)) std::erase(expected, TokenKind::kLeftParen);
  std::vector<TokenKind> without_operators = expected;
  drop(without_operators, {kOperator, kAssignment});
  if (!without_operators.empty() || !names.empty()) expected = without_operators;
  for (TokenKind kind : expected) {
    std::string_view name = token_row(kind).friendly;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string list_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::string describe(const Token& token, const SourceMap& sources) {
  if (token.kind == TokenKind::kEnd) return "end of file";
  if (token.kind == TokenKind::kCDefinition) return "C definition";
  constexpr std::size_t kShown = 40;
  std::string_view text = sources.text(token.span);
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() <= kShown && line.size() == text.size()) return concat('`', text, '`');
  return concat('`', line.substr(0, kShown), "…`");
}

// A way out of the mistakes that people make most, or nothing.
std::string_view usual_cause(const Token& previous, std::string_view previous_text,
                             const Token& token, const std::vector<TokenKind>& expected,
                             bool begins_loop_header) {
  if (previous.kind == TokenKind::kAttachPoint) {
    if (previous_text.find_first_of("@$(") < previous_text.find(':'))
      return "statements stand in the block of a probe: `begin { … }`";
    if (token.kind == TokenKind::kAttachPoint)
      return "several attach points are separated by `,`; text with white space goes in quotes";
  }
  if (begins_loop_header)
    return "a loop reads `for ($i : 0..10) { … }` or `for ($kv : @map) { … }`";
  if (contains(expected, TokenKind::kLeftBrace) && !contains(expected, TokenKind::kLet)) {
    if (token_row(token.kind).group == TokenGroup::kOperator)
      return "a condition with an operator stands in parentheses";
    if (previous.kind == TokenKind::kElse || previous.kind == TokenKind::kRightParen)
      return "the braces may not be left out";
  }
  return {};
}

}  // namespace

void report_syntax_error(const TokenStream& stream, std::vector<TokenKind> expected,
                         const SourceMap& sources, Diagnostics& diagnostics) {
  const TokenBuffer& tokens = stream.tokens();
  TokenId id = stream.current();
  if (tokens[id].kind == TokenKind::kItemEnd) id = static_cast<TokenId>(to_index(id) + 1);
  const Token& token = tokens[id];
  // The lexer has closed what the file leaves open, and said so.
  if (token.kind == TokenKind::kRightBrace && token.span.begin == token.span.end) return;

  Token previous = stream.previous() ? tokens[*stream.previous()] : Token{};
  std::string_view previous_text = sources.text(previous.span);
  // What the lexer could not read, or an open string swallowed, is not missing.
  if (tokens.is_damaged(previous.span.begin, token.span.begin)) return;
  if (previous.kind == TokenKind::kAttachPoint && previous_text.starts_with('}')) {
    diagnostics
        .report(DiagnosticKind::kSyntax, token.span, "a `}` without its `{` stands before this")
        .also_at(previous.span, "nothing is open here");
    return;
  }
  std::string met = describe(token, sources);
  if (token_row(token.kind).group == TokenGroup::kAssignment &&
      contains(expected, TokenKind::kPlus) && !contains(expected, TokenKind::kAssign)) {
    auto report = diagnostics.report(
        DiagnosticKind::kSyntax, token.span,
        concat("unexpected ", met, ": an assignment is a statement, not an expression"));
    if (token.kind == TokenKind::kAssign) report.hint("`==` compares");
    return;
  }
  std::string wanted = list_of(sum_up(expected));
  auto report =
      diagnostics.report(DiagnosticKind::kSyntax, token.span,
                         concat("unexpected ", met, wanted.empty() ? "" : ", expected ", wanted));
  std::size_t index = to_index(stream.current());
  auto is_for = [&](std::size_t back) {
    return index >= back && tokens[static_cast<TokenId>(index - back)].kind == TokenKind::kFor;
  };
  bool begins_loop_header = is_for(1) || is_for(2);
  if (auto hint = usual_cause(previous, previous_text, token, expected, begins_loop_header);
      !hint.empty())
    report.hint(std::string(hint));
}

}  // namespace sonde::parser
