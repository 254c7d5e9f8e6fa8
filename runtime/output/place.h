// How messages at run time name their place in the script, and show it (spec/cli_output.md §9.3).
#pragma once

#include <string>

#include "lexer/base/source_map.h"
#include "lexer/base/span.h"

namespace sonde::output {

// `NAME:L:C-C`, or `NAME:L1-L2` over several lines; empty without a place.
std::string place_text(Span span, const SourceMap& sources);
// The source line with a line of tildes below, or all lines of a longer span; tabs count four
// columns.
std::string excerpt(Span span, const SourceMap& sources);
// `, "filename": …, "line": …, "col": …`, empty without a place.
std::string json_place(Span span, const SourceMap& sources);

}  // namespace sonde::output
