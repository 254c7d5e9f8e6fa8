// The token source of the grammar. It hands out the tokens of the buffer; after a syntax error it
// chooses where reading can go on and hands out a Resync first, the only token that the grammar's
// error rules accept.
//
// Invariant: every error moves the position forward, at the latest when it is reported there for
// the second time, and after kMaxErrors reading stops, so the parser ends on any input.
#pragma once

#include <optional>
#include <vector>

#include "lexer/token.h"

namespace sonde::parser {

class TokenStream {
 public:
  TokenStream(const TokenBuffer& tokens, const SourceMap& sources);

  struct Next {
    std::optional<TokenKind> kind;  // none: a Resync
    TokenId id{};
    Span span;
  };
  Next next();

  // The token handed out last and the one before it.
  TokenId current() const { return current_; }
  std::optional<TokenId> previous() const;
  const TokenBuffer& tokens() const { return tokens_; }

  // Called at a syntax error at the current token. False when this place was reported before.
  bool recover();

 private:
  static constexpr unsigned kMaxErrors = 200;

  TokenKind kind(std::size_t i) const { return tokens_[static_cast<TokenId>(i)].kind; }
  bool begins_line(std::size_t i) const;
  bool may_begin_statement(std::size_t i) const;
  std::size_t enclosing_brace(std::size_t i) const;
  std::size_t end_of_statement(std::size_t from, std::size_t brace) const;
  std::size_t end_of_item(std::size_t from, bool may_stay) const;

  const TokenBuffer& tokens_;
  const SourceMap& sources_;
  std::vector<std::optional<TokenId>> partners_;
  std::vector<std::size_t> enclosing_;  // of each token the innermost open bracket with a partner
  std::size_t position_ = 0;
  TokenId current_{};
  bool resync_pending_ = false;
  std::optional<std::size_t> last_error_;
  unsigned errors_ = 0;
};

}  // namespace sonde::parser
