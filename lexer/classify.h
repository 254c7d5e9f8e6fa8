// classify gives tokens the kind that their surroundings ask for, so that the grammar needs no
// look-ahead: which `(` opens a cast, a record or a type; which `{` a block that is an expression;
// which `if` is an expression; which keyword is only a field's name. It may look ahead as far as it
// likes; brackets are matched once, so it stays linear.
#pragma once

#include "lexer/token.h"

namespace sonde {

void classify(TokenBuffer& buffer, const SourceMap& sources);

}  // namespace sonde
