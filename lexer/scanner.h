// The scanner behind lex(): which bytes make a token, in which mode. Its rules are the re2c
// conditions of lexer.re; the decisions that need memory are in scanner.cc (tokens, brackets,
// items) and scanner_root.cc (what stands between items).
//
// Invariant: mode_ is kRoot exactly when no item is open, or an item's header (its attach points)
// is being read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/token.h"

namespace sonde {

class Scanner {
 public:
  // In a file that leaves a block open, a line that looks like the header of a new item may end the
  // one before it.
  enum class Resync : std::uint8_t { kNever, kAtHeaders };
  struct Outcome {
    TokenBuffer buffer;
    bool left_open = false;  // the file ended inside of a block
  };
  Scanner(FileId file, const SourceMap& sources, Diagnostics& diagnostics, Resync resync);
  Outcome scan() &&;

 private:
  enum class Mode : std::uint8_t { kRoot, kBody, kDefinition };
  enum class Item : std::uint8_t {
    kNone,
    kProbe,      // its header is in mode kRoot, predicate and body in kBody
    kBraced,     // config, macro, fn: ends with its braces
    kStatement,  // import, let: ends with a semicolon, or what may do without one
  };
  using Byte = unsigned char;

  // Who makes so many mistakes has given us something else than a script.
  static constexpr std::size_t kMaxErrors = 200;

  // In lexer.re: reads one token or one piece of trivia. False at the end of the file.
  bool step();

  // ---- what the rules call; the match is [start_, cursor_) ----
  void push(TokenKind kind);
  void push_number();
  void push_string();
  void push_positional();
  void push_comment();
  void push_word();
  void open_brace();
  void close_brace();
  void close_parenthesis();
  void semicolon();
  void body_slash();
  void unterminated_comment();
  void unterminated_string();
  void bad_character();
  void directive_in_body();
  void root_word();
  void root_slash();
  void attach_text();
  void directive();
  void definition_brace(bool open);
  void definition_semicolon();

  // ---- items ----
  void begin_item(Item item, Mode mode);
  void end_item();
  void end_item_unless_semicolon();
  void close_open_braces();
  bool looks_like_header() const;
  bool header_is_complete() const;
  void skip_directive();
  void finish_definition();
  void skip_attributes();
  void finish();

  // ---- text ----
  std::string_view matched() const;
  std::string_view rest() const;
  Span span_of_match() const;
  Span span_from(const Byte* begin, const Byte* end) const;
  // The first byte at or behind `from` that is neither white space nor in a comment; limit_ when
  // there is none.
  const Byte* skip_trivia(const Byte* from) const;
  const Byte* skip_block_comment(const Byte* from) const;
  void report_bad_escape(std::string_view escape, std::size_t offset);
  void report_open_quote(const Byte* quote);
  std::string unescape(std::string_view text, std::uint32_t offset);

  FileId file_;
  Diagnostics& diagnostics_;
  Resync resync_;
  TokenBuffer buffer_;
  const Byte* begin_;
  const Byte* limit_;
  const Byte* cursor_;
  const Byte* marker_ = nullptr;
  const Byte* start_;
  Mode mode_ = Mode::kRoot;
  Item item_ = Item::kNone;
  bool in_predicate_ = false;
  bool gave_up_ = false;  // after kMaxErrors; what follows was not read
  std::vector<Span> open_braces_;
  unsigned open_parentheses_ = 0;
  unsigned parentheses_outside_ = 0;  // of the outermost open brace
  const Byte* definition_begin_ = nullptr;
};

}  // namespace sonde
