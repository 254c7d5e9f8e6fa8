// Which node each comment belongs to, so that a tree can be printed again without losing one.
#pragma once

#include <vector>

#include "ast/ast.h"
#include "lexer/token.h"

namespace sonde::parser {

std::vector<ast::Comment> attach_comments(const ast::Program& program, const TokenBuffer& tokens,
                                          const SourceMap& sources);

}  // namespace sonde::parser
