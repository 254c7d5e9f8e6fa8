// The tree as text, for --emit=ast and the golden tests: one node per line, indented by depth, each
// with its kind, its place and what it holds besides children. A child whose part is not plain from
// its order is labelled.
#pragma once

#include <string>

#include "ast/ast.h"
#include "lexer/base/source_map.h"

namespace sonde::ast {

std::string dump(const Program& program, const SourceMap& sources);
// Without places: two programs that differ only in layout and comments dump alike.
std::string dump_shape(const Program& program);

}  // namespace sonde::ast
