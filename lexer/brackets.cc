// Which bracket closes which. A brace closes everything that is open inside of it; a parenthesis or
// square bracket only its like. What has no partner is left without one, and the parser reports it.
#include "lexer/token.h"

namespace sonde {
namespace {

enum class Bracket : std::uint8_t { kNone, kParen, kSquare, kBrace };

Bracket opens(TokenKind kind) {
  if (kind == TokenKind::kLeftBrace || kind == TokenKind::kExpressionBrace) return Bracket::kBrace;
  if (kind == TokenKind::kLeftBracket) return Bracket::kSquare;
  bool paren = kind == TokenKind::kLeftParen || kind == TokenKind::kCastParen ||
               kind == TokenKind::kRecordParen || kind == TokenKind::kTypeParen;
  return paren ? Bracket::kParen : Bracket::kNone;
}

Bracket closes(TokenKind kind) {
  if (kind == TokenKind::kRightBrace) return Bracket::kBrace;
  if (kind == TokenKind::kRightBracket) return Bracket::kSquare;
  return kind == TokenKind::kRightParen ? Bracket::kParen : Bracket::kNone;
}

}  // namespace

std::vector<std::optional<TokenId>> match_brackets(const TokenBuffer& buffer) {
  struct Open {
    TokenId id;
    Bracket bracket;
  };
  std::vector<std::optional<TokenId>> partners(buffer.size());
  std::vector<Open> open;
  for (std::size_t i = 0; i < buffer.size(); ++i) {
    auto id = static_cast<TokenId>(i);
    TokenKind kind = buffer[id].kind;
    if (kind == TokenKind::kItemEnd) open.clear();
    if (Bracket bracket = opens(kind); bracket != Bracket::kNone) open.push_back({id, bracket});
    Bracket closing = closes(kind);
    if (closing == Bracket::kNone) continue;
    if (closing == Bracket::kBrace)
      while (!open.empty() && open.back().bracket != Bracket::kBrace) open.pop_back();
    if (open.empty() || open.back().bracket != closing) continue;
    partners[i] = open.back().id;
    partners[to_index(open.back().id)] = id;
    open.pop_back();
  }
  return partners;
}

}  // namespace sonde
