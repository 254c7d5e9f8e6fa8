// parse() turns the tokens of one file into an immutable Program. All syntax errors of the file are
// reported, each once; what could be read around them is in the Program, which is not fit for later
// stages when there were errors.
#pragma once

#include <optional>

#include "ast/ast.h"
#include "lexer/token.h"

namespace sonde {

ast::Program parse(const TokenBuffer& tokens, const SourceMap& sources, Diagnostics& diagnostics);

// Reads the text of a C macro as an expression of the script's language; none where it is something
// else. Spans of the result count from the start of the file that `text` stands in; the file they
// name is none of `sources`.
struct ExpressionText {
  ast::Program program;
  ast::NodeId expression = ast::NodeId::kNone;
};
std::optional<ExpressionText> parse_expression(Span text, const SourceMap& sources);

}  // namespace sonde
