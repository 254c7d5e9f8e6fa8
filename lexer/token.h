// Tokens, materialised: lex() turns one source file into a TokenBuffer, comments kept aside with
// their places. A token's text is the source under its span; what cannot be read off it (a number's
// value, a string without its escapes) is kept in the buffer.
//
// Invariants: spans rise; the last token is End; each root-level item other than a C definition is
// followed by an ItemEnd of no width; braces are balanced within an item, where the file left one
// open a RightBrace of no width closes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/dense_id.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/source_map.h"
#include "lexer/base/span.h"

namespace sonde {

enum class TokenKind : std::uint8_t {
#define TOKEN(id, friendly, group) k##id,
#include "lexer/tokens.def"
#undef TOKEN
  kCount
};

enum class TokenGroup : std::uint8_t {
  kMark,
  kItem,
  kOperator,
  kAssignment,
  kOperand,
  kKeyword,
  kOperandKeyword,    // begins an expression
  kStatementKeyword,  // begins a statement
};

struct TokenRow {
  std::string_view id;
  std::string_view friendly;
  TokenGroup group;
};
const TokenRow& token_row(TokenKind kind);
bool is_keyword(TokenKind kind);

enum class TokenId : std::uint32_t {};

struct Token {
  TokenKind kind{};
  Span span;
  // Of an Integer or Positional its value; of a String the number of its text in the buffer.
  std::uint64_t value = 0;
};

class TokenBuffer {
 public:
  explicit TokenBuffer(FileId file) : file_(file) {}

  FileId file() const { return file_; }
  const IdVector<TokenId, Token>& tokens() const { return tokens_; }
  const Token& operator[](TokenId id) const { return tokens_[id]; }
  std::size_t size() const { return tokens_.size(); }
  const Token& last() const { return tokens_[static_cast<TokenId>(tokens_.size() - 1)]; }
  // Of a String, its escapes resolved.
  const std::string& string(const Token& token) const { return strings_[token.value]; }
  const std::vector<Span>& comments() const { return comments_; }
  std::string_view shebang() const { return shebang_; }

  // Was there something between the two places that the lexer reported and could not make a token
  // of?
  bool is_damaged(std::uint32_t begin, std::uint32_t end) const;

  void push(Token token) { tokens_.push_back(token); }
  void push_string(Span span, std::string text) {
    tokens_.push_back({TokenKind::kString, span, strings_.size()});
    strings_.push_back(std::move(text));
  }
  void push_damage(std::uint32_t offset) { damage_.push_back(offset); }
  void push_comment(Span span) { comments_.push_back(span); }
  void set_shebang(std::string_view line) { shebang_ = line; }
  void reclassify(TokenId id, TokenKind kind) { tokens_[id].kind = kind; }

 private:
  FileId file_;
  IdVector<TokenId, Token> tokens_;
  std::vector<std::string> strings_;
  std::vector<Span> comments_;
  std::vector<std::uint32_t> damage_;  // rising
  std::string shebang_;
};

// The bracket that closes or opens the one at each token; none for other tokens and for brackets
// without a partner.
std::vector<std::optional<TokenId>> match_brackets(const TokenBuffer& buffer);

TokenBuffer lex(FileId file, const SourceMap& sources, Diagnostics& diagnostics);

// One line per token, and per comment in its place: LINE:COLUMN-COLUMN, kind, source text.
std::string dump_tokens(const TokenBuffer& buffer, const SourceMap& sources);

}  // namespace sonde
