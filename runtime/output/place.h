// How messages at run time name their place in the script, and show it (spec/cli_output.md §9.3).
#pragma once

#include <string>
#include <string_view>

#include "lexer/base/source_map.h"
#include "lexer/base/span.h"

namespace sonde::output {

// `NAME:L:C-C`, or `NAME:L1-L2` over several lines; empty without a place.
std::string place_text(Span span, const SourceMap& sources);
// The source line with a line of tildes below, or all lines of a longer span; tabs count four
// columns.
std::string excerpt(Span span, const SourceMap& sources);
// The places that an expansion of macros led over, innermost first, each with its excerpt; `word`
// is the severity of the message. Empty where no macro is involved.
std::string expansion_text(Span span, std::string_view word, const SourceMap& sources);
// `, "filename": …, "line": …, "col": …`, empty without a place.
std::string json_place(Span span, const SourceMap& sources);

}  // namespace sonde::output
