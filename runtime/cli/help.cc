// --help and -V. The flags come from their rows, so the text cannot fall behind what the parser
// takes.
#include "runtime/cli/help.h"

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "stdlib/cli_flags.h"

namespace sonde::cli {
namespace {

constexpr std::string_view kLanguageVersion = "0.26";
constexpr std::size_t kHelpColumn = 28;
constexpr std::size_t kTextWidth = 78;

std::string flag_spelling(const CliFlagRow& row) {
  std::string out = row.short_name ? concat('-', row.short_name) : "   ";
  if (!row.long_name.empty()) out += concat(row.short_name ? ", " : " ", "--", row.long_name);
  if (!row.argument_name.empty())
    out += concat(row.long_name.empty() ? " " : "=", row.argument_name);
  return out;
}

// Appends `text` broken into lines that begin at kHelpColumn; the first line is filled up to there
// already.
void append_wrapped(std::string& out, std::string_view text) {
  std::size_t column = kHelpColumn;
  while (!text.empty()) {
    std::size_t space = text.find(' ');
    std::string_view word = text.substr(0, space);
    if (column + word.size() > kTextWidth && column > kHelpColumn) {
      out += concat('\n', std::string(kHelpColumn, ' '));
      column = kHelpColumn;
    } else if (column > kHelpColumn) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
  }
  out += '\n';
}

}  // namespace

std::string_view version() {
  return SONDE_VERSION;
}

std::string usage_text(std::string_view tool) {
  std::string out = concat(
      "USAGE:\n"
      "    ",
      tool,
      " [options] FILE [parameters]\n"
      "    ",
      tool,
      " [options] -e 'PROGRAM' [parameters]\n"
      "    ",
      tool,
      " [options] -            the program is read from standard input\n"
      "    ",
      tool,
      " -l [PATTERN | FILE]    list probes\n"
      "\n"
      "OPTIONS:\n");
  for (std::size_t i = 0; i < to_index(CliFlag::kCount); ++i) {
    const CliFlagRow& row = cli_flag_row(static_cast<CliFlag>(i));
    if (row.state != FlagState::kActive) continue;
    std::string line = concat("    ", flag_spelling(row));
    if (line.size() + 1 > kHelpColumn) {
      out += line + '\n';
      line.clear();
    }
    line.resize(kHelpColumn, ' ');
    out += line;
    append_wrapped(out, row.help);
  }
  out += concat(
      "\n"
      "EXAMPLES:\n"
      "    ",
      tool,
      " -l 'tracepoint:sched:*'\n"
      "        the scheduler's tracepoints\n"
      "    ",
      tool,
      " -e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'\n"
      "        system calls by process name; Ctrl-C prints the counts\n"
      "    ",
      tool,
      " -e 'uprobe:libc:malloc { @ = hist(arg0); }' -c ./program\n"
      "        sizes that a program allocates\n");
  return out;
}

std::string version_text(std::string_view tool) {
  if (tool == "bpftrace")
    return concat("bpftrace v", kLanguageVersion, ".0 (sonde v", version(), ")\n");
  return concat("sonde v", version(), " (bpftrace language ", kLanguageVersion, ")\n");
}

}  // namespace sonde::cli
