// compose: a parsed program with everything applied that is text or setting rather than meaning.
// Today that is the config block and the environment; what else composition will bring (imports,
// macros) is refused by the checker at its place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ast/ast.h"
#include "lexer/base/diagnostics.h"
#include "stdlib/options.h"

namespace sonde::ast {

struct Composed {
  Program program;
  Settings settings;
};

// The value of an environment variable, none when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

// Precedence of settings: SONDE_<KEY>, then BPFTRACE_<KEY>, then the config block, then the
// default.
Composed compose(Program program, const Environment& environment, Diagnostics& diagnostics);

}  // namespace sonde::ast
