// Where reading goes on after a syntax error: at the next statement of the innermost block, or
// behind the root-level item when no block is open. Braces are balanced, so what is skipped is
// skipped whole. A token that begins a line is tried as the beginning of a statement first, because
// what is missing most often is the semicolon before it.
#include "parser/token_stream.h"

#include <limits>

namespace sonde::parser {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Of each token the innermost bracket around it that has a partner.
std::vector<std::size_t> enclosing_brackets(const std::vector<std::optional<TokenId>>& partners) {
  std::vector<std::size_t> enclosing(partners.size());
  std::vector<std::size_t> open = {kNone};
  for (std::size_t i = 0; i < partners.size(); ++i) {
    enclosing[i] = open.back();
    if (!partners[i]) continue;
    if (to_index(*partners[i]) > i)
      open.push_back(i);
    else
      open.pop_back();
  }
  return enclosing;
}

}  // namespace

TokenStream::TokenStream(const TokenBuffer& tokens, const SourceMap& sources)
    : tokens_(tokens),
      sources_(sources),
      partners_(match_brackets(tokens)),
      enclosing_(enclosing_brackets(partners_)) {}

TokenStream::Next TokenStream::next() {
  if (resync_pending_) {
    resync_pending_ = false;
    return {std::nullopt, current_, tokens_[current_].span};
  }
  current_ = static_cast<TokenId>(position_);
  if (position_ + 1 < tokens_.size()) ++position_;
  const Token& token = tokens_[current_];
  return {token.kind, current_, token.span};
}

std::optional<TokenId> TokenStream::previous() const {
  if (to_index(current_) == 0) return std::nullopt;
  return static_cast<TokenId>(to_index(current_) - 1);
}

bool TokenStream::begins_line(std::size_t i) const {
  if (i == 0) return true;
  std::string_view between = sources_.text(tokens_.file());
  std::uint32_t end = tokens_[static_cast<TokenId>(i - 1)].span.end;
  std::uint32_t begin = tokens_[static_cast<TokenId>(i)].span.begin;
  return between.substr(end, begin - end).find('\n') != std::string_view::npos;
}

bool TokenStream::may_begin_statement(std::size_t i) const {
  switch (token_row(kind(i)).group) {
    case TokenGroup::kOperand:
    case TokenGroup::kOperandKeyword:
    case TokenGroup::kStatementKeyword:
      return true;
    default:
      return false;
  }
}

std::size_t TokenStream::enclosing_brace(std::size_t i) const {
  auto is_brace = [&](std::size_t opener) {
    return kind(opener) == TokenKind::kLeftBrace || kind(opener) == TokenKind::kExpressionBrace;
  };
  std::size_t opener = enclosing_[i];
  while (opener != kNone && !is_brace(opener)) opener = enclosing_[opener];
  return opener;
}

// Behind the statement's semicolon or block, or at the brace that closes its block. `brace` is what
// opened that.
std::size_t TokenStream::end_of_statement(std::size_t from, std::size_t brace) const {
  for (std::size_t i = from;;) {
    switch (kind(i)) {
      case TokenKind::kEnd:
      case TokenKind::kItemEnd:
      case TokenKind::kRightBrace:
        return i;
      case TokenKind::kSemicolon:
        if (enclosing_[i] == brace) return i + 1;
        ++i;
        break;
      case TokenKind::kLeftBrace:
      case TokenKind::kExpressionBrace: {
        if (!partners_[i]) return i + 1;
        bool is_body = kind(i) == TokenKind::kLeftBrace && enclosing_[i] == brace;
        i = to_index(*partners_[i]) + 1;
        if (is_body && kind(i) != TokenKind::kElse) return i;
        break;
      }
      default:
        ++i;
    }
  }
}

// Behind the mark of its end, or at an attach point that begins a line and continues nothing.
std::size_t TokenStream::end_of_item(std::size_t from, bool may_stay) const {
  for (std::size_t i = from;; ++i) {
    if (kind(i) == TokenKind::kEnd) return i;
    if (kind(i) == TokenKind::kItemEnd) return i + 1;
    bool after_text = i > 0 && kind(i - 1) == TokenKind::kAttachPoint;
    bool begins_anew = kind(i) == TokenKind::kAttachPoint && after_text && begins_line(i);
    if (begins_anew && (i > from || may_stay)) return i;
  }
}

bool TokenStream::recover() {
  std::size_t i = to_index(current_);
  bool repeated = last_error_ == i;
  last_error_ = i;
  resync_pending_ = ++errors_ < kMaxErrors;
  std::size_t brace = enclosing_brace(i);
  if (!resync_pending_)
    position_ = tokens_.size() - 1;
  else if (brace == kNone)
    position_ = end_of_item(i, !repeated);
  else if (!repeated && enclosing_[i] == brace && begins_line(i) && may_begin_statement(i))
    position_ = i;
  else
    position_ = end_of_statement(i, brace);
  if (repeated && position_ == i) position_ = end_of_item(i, false);
  return !repeated;
}

}  // namespace sonde::parser
