// A program in sonde's one layout, for --fmt. Literals keep the spelling they have in the source,
// comments stay with what they are attached to, C definitions are kept as they are. A program with
// syntax errors cannot be formatted.
//
// format(parse(format(p))) is format(p), and parsing it again gives the same tree.
#pragma once

#include <string>

#include "ast/ast.h"
#include "lexer/base/source_map.h"

namespace sonde::ast {

std::string format(const Program& program, const SourceMap& sources);

}  // namespace sonde::ast
