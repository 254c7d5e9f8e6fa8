// Any bytes as a script: the tokens keep the lexer's promises (token.h), and every diagnostic can
// be shown.
#include "lexer/token.h"

using namespace sonde;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  SourceMap sources;
  FileId file = sources.add("fuzz.bt", std::string(reinterpret_cast<const char*>(bytes), size));
  Diagnostics diagnostics;
  TokenBuffer buffer = lex(file, sources, diagnostics);
  CHECK(buffer.size() > 0 && buffer.last().kind == TokenKind::kEnd);
  std::uint32_t end = 0;
  int open_braces = 0;
  for (const Token& token : buffer.tokens()) {
    CHECK(token.span.begin >= end && token.span.begin <= token.span.end && token.span.end <= size);
    end = token.span.end;
    open_braces += token.kind == TokenKind::kLeftBrace || token.kind == TokenKind::kExpressionBrace;
    open_braces -= token.kind == TokenKind::kRightBrace && open_braces > 0;
    CHECK(token.kind != TokenKind::kItemEnd || open_braces == 0);
  }
  for (const Diagnostic* diagnostic : diagnostics.sorted())
    CHECK(!render_text(*diagnostic, sources, UseColor::kNo).empty());
  CHECK(!dump_tokens(buffer, sources).empty());
  return 0;
}
