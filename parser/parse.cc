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

// The text becomes the body of a probe, at its own offset in a file that is blank otherwise, so
// that places stay right without a parser that begins in the middle.
std::optional<ExpressionText> parse_expression(Span text, const SourceMap& sources) {
  constexpr std::string_view kBefore = "BEGIN{";
  // `#define N ` stands before it.
  if (text.begin == text.end || text.begin < kBefore.size()) return std::nullopt;
  std::string file(text.begin - kBefore.size(), ' ');
  file += kBefore;
  file += sources.text(text);
  for (std::size_t at = text.begin; at < file.size(); ++at)
    if (file[at] == '\\' || file[at] == '\n' || file[at] == '\r') file[at] = ' ';
  file += '}';
  SourceMap apart;
  Diagnostics problems;
  FileId id = apart.add("expression", std::move(file));
  TokenBuffer tokens = lex(id, apart, problems);
  ast::Program program = parse(tokens, apart, problems);
  if (!problems.empty() || program.items().size() != 1) return std::nullopt;
  const auto* probe = program.get_if<ast::Probe>(program.items().front());
  if (!probe) return std::nullopt;
  const auto& body = program.get<ast::Block>(probe->body);
  if (!body.statements.empty() || !ast::exists(body.value)) return std::nullopt;
  ast::NodeId expression = body.value;
  return ExpressionText{std::move(program), expression};
}

}  // namespace sonde
