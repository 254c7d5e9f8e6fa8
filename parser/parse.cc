// The parser's entry, and the glue between Bison's class and ours.
#include "parser/parse.h"

#include <algorithm>
#include <array>

#include "parser/build.h"
#include "parser/grammar.h"
#include "parser/syntax_errors.h"
#include "parser/token_stream.h"

namespace sonde {
namespace parser {
namespace {

using Symbol = Grammar::symbol_kind_type;

// The grammar numbers symbols and tokens alike (api.token.raw).
constexpr int kTokens[] = {
#define TOKEN(id, friendly, group) Grammar::token::id,
#include "lexer/tokens.def"
#undef TOKEN
};

std::vector<TokenKind> kinds_of(const Symbol* symbols, int count) {
  std::vector<TokenKind> kinds;
  for (std::size_t kind = 0; kind < std::size(kTokens); ++kind) {
    auto symbol = static_cast<Symbol>(kTokens[kind]);
    if (std::find(symbols, symbols + count, symbol) != symbols + count)
      kinds.push_back(static_cast<TokenKind>(kind));
  }
  return kinds;
}

}  // namespace

int grammar_token(TokenKind kind) {
  return kTokens[to_index(kind)];
}

void Grammar::report_syntax_error(const context& context) const {
  std::array<Symbol, Grammar::YYNTOKENS> expected;
  int count = context.expected_tokens(expected.data(), static_cast<int>(expected.size()));
  build.report_syntax_error(stream, kinds_of(expected.data(), count));
}

// Bison calls this for errors of its own, of which the custom report leaves none.
void Grammar::error(const location_type&, const std::string&) {}

}  // namespace parser

ast::Program parse(const TokenBuffer& tokens, const SourceMap& sources, Diagnostics& diagnostics) {
  parser::TreeBuilder build(tokens, sources, diagnostics);
  parser::TokenStream stream(tokens, sources);
  parser::Grammar(build, stream).parse();
  return std::move(build).finish();
}

}  // namespace sonde
