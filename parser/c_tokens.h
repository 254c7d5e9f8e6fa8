// The tokens of C text, as a preprocessor sees them: names, numbers in any form, strings,
// characters and punctuation. Comments and lines that a backslash joins are gone.
#pragma once

#include <vector>

#include "ast/c_source.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/source_map.h"

namespace sonde::parser {

struct RawCToken {
  ast::CToken token;
  bool begins_line = false;       // the first on its line, or of the piece
  bool follows_directly = false;  // nothing stands between it and the token before
};

// Of the text under `piece`. What is no token, such as a string that is not closed, is reported.
std::vector<RawCToken> read_c_tokens(Span piece, const SourceMap& sources,
                                     Diagnostics& diagnostics);

}  // namespace sonde::parser
