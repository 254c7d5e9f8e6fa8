// parse() turns the tokens of one file into an immutable Program. All syntax errors of the file are
// reported, each once; what could be read around them is in the Program, which is not fit for later
// stages when there were errors.
#pragma once

#include "ast/ast.h"
#include "lexer/token.h"

namespace sonde {

ast::Program parse(const TokenBuffer& tokens, const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sonde
