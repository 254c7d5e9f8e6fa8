// C types: what the declarations of a script's C code define, laid out as GCC lays them out on
// x86-64. Types that the script does not define are looked for among the names that need no
// definition, and then in the kernel.
#pragma once

#include <vector>

#include "ast/c_source.h"
#include "ast/types/c_type.h"
#include "ast/world.h"
#include "lexer/base/diagnostics.h"

namespace sonde {

CDefinitions parse_c_types(const std::vector<ast::CDeclaration>& declarations, World& world,
                           Diagnostics& diagnostics);

}  // namespace sonde
