// Which kinds of node this version gives no meaning to. One table, so that every walk of sema skips
// the same nodes and the checker reports each of them once.
#pragma once

#include <string_view>

#include "ast/ast.h"

namespace sonde::sema {

// How a message names the feature, with its verb: "loops are"; empty for what is supported.
std::string_view unsupported_feature(const ast::Program& program, ast::NodeId id);

}  // namespace sonde::sema
