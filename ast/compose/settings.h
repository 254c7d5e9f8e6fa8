// The settings of a run, from the script's config block and the environment.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ast/ast.h"
#include "lexer/base/diagnostics.h"
#include "stdlib/options.h"

namespace sonde::ast {

// The value of an environment variable, none when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

// Precedence of settings: SONDE_<KEY>, then BPFTRACE_<KEY>, then the config block, then the
// default.
Settings read_settings(const Program& script, const Environment& environment,
                       Diagnostics& diagnostics);

}  // namespace sonde::ast
