// The expander builds the composed program: a copy of the script and its imports in which every
// macro call, every use of a parameter and every `#define` constant is replaced by what it stands
// for. A node's span says where it stands in a file and by which expansions it came to its place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ast/ast.h"
#include "ast/c_source.h"
#include "ast/compose/macros.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/source_map.h"

namespace sonde::ast {

// An expression read apart. Its spans count from the start of the file that the text stands in, and
// name another one.
struct ParsedExpression {
  Program program;
  NodeId expression = NodeId::kNone;
};
// Reads the text of a C macro, none where it is no single expression.
using ParseExpression = std::function<std::optional<ParsedExpression>(Span text)>;

// `programs` in the order in which their parts count, the script last. Macros, imports, settings
// and C code are not in the result.
Program expand_macros(const std::vector<Program>& programs, const std::vector<CMacro>& constants,
                      const ParseExpression& parse_expression, SourceMap& sources,
                      Diagnostics& diagnostics);

}  // namespace sonde::ast
