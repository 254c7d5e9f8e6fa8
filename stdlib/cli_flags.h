// Command-line flags as rows (cli_flags.def). --help, the manual and the parser are made from them.
#pragma once

#include <cstdint>
#include <string_view>

namespace sonde {

enum class CliFlag : std::uint8_t {
#define CLI_FLAG(id, ...) id,
#include "stdlib/cli_flags.def"
#undef CLI_FLAG
  kCount
};

enum class FlagArgument : std::uint8_t { kNo, kRequired };
enum class FlagState : std::uint8_t { kActive, kHidden, kIgnored, kReserved };

struct CliFlagRow {
  char short_name;  // '\0' when there is none
  std::string_view long_name;
  FlagArgument argument;
  std::string_view argument_name;
  FlagState state;
  std::string_view help;
};
const CliFlagRow& cli_flag_row(CliFlag flag);

}  // namespace sonde
