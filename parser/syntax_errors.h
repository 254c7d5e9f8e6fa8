// What a syntax error says: what was met, what was expected instead, and where there is a usual
// cause, that.
#pragma once

#include <vector>

#include "lexer/token.h"
#include "parser/token_stream.h"

namespace sonde::parser {

// The grammar's number for a kind of token.
int grammar_token(TokenKind kind);

// Reports the error at the stream's current token. `expected` is what the grammar could have gone
// on with.
void report_syntax_error(const TokenStream& stream, std::vector<TokenKind> expected,
                         const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sonde::parser
