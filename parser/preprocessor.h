// preprocess(): conditions, object-like macros and the cut into declarations of a script's C code
// (spec/language.md §17.1). Function-like macros are known to `defined` and otherwise ignored;
// headers are listed, not read.
#pragma once

#include <string_view>
#include <vector>

#include "ast/c_source.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/source_map.h"

namespace sonde {

// `pieces` are the places of C text in the order in which it counts: directives and definitions of
// the script and whole headers of its own. `predefined` names count as defined, as 1.
ast::CSource preprocess(const std::vector<Span>& pieces,
                        const std::vector<std::string_view>& predefined, const SourceMap& sources,
                        Diagnostics& diagnostics);

}  // namespace sonde
