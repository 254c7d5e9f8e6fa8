// compose: a parsed script with everything applied that is text or setting rather than meaning:
// the config block and the environment, imports, the preprocessor's constants and macros. What it
// needs of other rooms (files, the parser) comes as functions.
#pragma once

#include <functional>
#include <vector>

#include "ast/ast.h"
#include "ast/c_source.h"
#include "ast/compose/expander.h"
#include "ast/compose/imports.h"
#include "ast/compose/settings.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/source_map.h"
#include "stdlib/options.h"

namespace sonde::ast {

struct Composed {
  Program program;
  Settings settings;
  CSource c_source;  // of the script and its imports
  std::vector<std::string> macro_names{};
  // Something could not be put in its place and was reported: later stages would misread the rest.
  bool has_gaps = false;
};

struct ComposeAccess {
  Environment environment;
  ImportAccess imports;
  std::function<CSource(const std::vector<Span>& pieces)> preprocess;
  ParseExpression parse_expression;
};

// Nodes of the result stand in the files they were written in; their spans tell by which expansions
// of macros they came to their places.
Composed compose(Program script, const ComposeAccess& access, SourceMap& sources,
                 Diagnostics& diagnostics);

}  // namespace sonde::ast
