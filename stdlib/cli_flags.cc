// The rows of cli_flags.def as a table.
#include "stdlib/cli_flags.h"

#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

using enum FlagArgument;
using enum FlagState;
constexpr CliFlagRow kRows[] = {
#define CLI_FLAG(id, short_name, long_name, argument, argument_name, state, help) \
  {short_name, long_name, argument, argument_name, state, help},
#include "stdlib/cli_flags.def"
#undef CLI_FLAG
};

}  // namespace

const CliFlagRow& cli_flag_row(CliFlag flag) {
  CHECK(to_index(flag) < std::size(kRows));
  return kRows[to_index(flag)];
}

}  // namespace sonde
