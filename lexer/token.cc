// The products of the lexer: its rows, its brackets, its dump, and the order of its passes. The
// passes stand in scanner.* (bytes to tokens) and classify.* (what a token means where it stands).
#include "lexer/token.h"

#include <algorithm>
#include <iterator>

#include "lexer/base/concat.h"
#include "lexer/base/json.h"
#include "lexer/classify.h"
#include "lexer/scanner.h"

namespace sonde {
namespace {

constexpr TokenRow kRows[] = {
#define TOKEN(id, friendly, group) {#id, friendly, TokenGroup::k##group},
#include "lexer/tokens.def"
#undef TOKEN
};

void append_place(std::string& out, Span span, const SourceMap& sources) {
  LineColumn begin = sources.locate(span.file, span.begin);
  LineColumn end = sources.locate(span.file, span.end);
  out += concat(begin.line, ':', begin.column, '-');
  if (end.line != begin.line) out += concat(end.line, ':');
  out += concat(end.column);
}

void append_line(std::string& out, std::string_view kind, Span span, const SourceMap& sources) {
  append_place(out, span, sources);
  out += concat(' ', kind);
  if (span.begin != span.end) {
    out += ' ';
    append_json_string(out, sources.text(span));
  }
  out += '\n';
}

}  // namespace

const TokenRow& token_row(TokenKind kind) {
  CHECK(to_index(kind) < std::size(kRows));
  return kRows[to_index(kind)];
}

bool is_keyword(TokenKind kind) {
  TokenGroup group = token_row(kind).group;
  return group == TokenGroup::kKeyword || group == TokenGroup::kOperandKeyword ||
         group == TokenGroup::kStatementKeyword;
}

bool TokenBuffer::is_damaged(std::uint32_t begin, std::uint32_t end) const {
  auto first = std::lower_bound(damage_.begin(), damage_.end(), begin);
  return first != damage_.end() && *first < end;
}

TokenBuffer lex(FileId file, const SourceMap& sources, Diagnostics& diagnostics) {
  CHECK(sources.text(file).size() < UINT32_MAX);
  Diagnostics first_reading;
  auto outcome = Scanner(file, sources, first_reading, Scanner::Resync::kNever).scan();
  if (!first_reading.empty()) {
    // Wrong programs only: once more, so that a forgotten brace does not swallow what follows it.
    auto resync = outcome.left_open ? Scanner::Resync::kAtHeaders : Scanner::Resync::kNever;
    outcome = Scanner(file, sources, diagnostics, resync).scan();
  }
  classify(outcome.buffer, sources);
  return std::move(outcome.buffer);
}

std::string dump_tokens(const TokenBuffer& buffer, const SourceMap& sources) {
  std::string out;
  auto comment = buffer.comments().begin();
  for (const Token& token : buffer.tokens()) {
    for (; comment != buffer.comments().end() && comment->begin < token.span.begin; ++comment)
      append_line(out, "Comment", *comment, sources);
    append_line(out, token_row(token.kind).id, token.span, sources);
  }
  for (; comment != buffer.comments().end(); ++comment)
    append_line(out, "Comment", *comment, sources);
  return out;
}

}  // namespace sonde
