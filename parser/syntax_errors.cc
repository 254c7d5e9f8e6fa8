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
  }
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
  bool after_text = previous.kind == TokenKind::kAttachPoint;
  if (after_text && previous_text.starts_with('}')) {
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
  if (previous.kind == TokenKind::kElse) report.hint("the braces of `else` may not be left out");
  if (after_text && token.kind == TokenKind::kAttachPoint)
    report.hint("several attach points are separated by `,`; text with white space goes in quotes");
}

}  // namespace sonde::parser
