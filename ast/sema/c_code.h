// The script's C code, as far as this version looks at it: not for what it defines, but so that a
// script that relies on it is told so at the right place.
#pragma once

#include <string_view>
#include <vector>

#include "ast/ast.h"

namespace sonde::sema {

// The `#include` lines that count: those outside of parts that are there for kernels without BTF.
std::vector<ast::NodeId> active_includes(const ast::Program& program);

// Whether `name` stands anywhere in the C code as a word of its own.
bool stands_in_c_code(const ast::Program& program, std::string_view name);

}  // namespace sonde::sema
