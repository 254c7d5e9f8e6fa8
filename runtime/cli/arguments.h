// The command line, read once: what to do (Mode) and with what. Flags come from
// stdlib/cli_flags.def; the rules of permutation, abbreviation and joined short flags are those of
// GNU getopt_long (spec/cli_output.md §1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lexer/base/result.h"
#include "stdlib/ids.h"

namespace sonde::cli {

enum class Mode : std::uint8_t { kRun, kList, kInfo, kVersion, kHelp };
enum class OutputFormat : std::uint8_t { kText, kJson };
enum class Buffering : std::uint8_t { kNone, kLine, kFull };

// What --emit (or --fmt) asks for.
enum class Emit : std::uint8_t {
  kNothing,
  kTokens,
  kAst,
  kFormatted,
  kComposed,
  kProbes,
  kTypes,
  kPlan,
  kLlvm,
  kLlvmOptimized,
  kAssembly,
  kObject,
  kCode,    // of --mode=codegen: compiles, and prints nothing
  kManual,  // man/sonde.1, which needs no program
};

// What -d asks for, as bits.
enum DebugStage : std::uint8_t {
  kDebugAst = 1,
  kDebugTypes = 2,
  kDebugCode = 4,
  kDebugOptimizedCode = 8,
  kDebugAssembly = 16,
  kDebugVerifier = 32,
  kDebugNothing = 0,  // stages that other tracers have
  kDebugAll = 63,
};

struct Arguments {
  std::string tool;  // the name we were called by: sonde or bpftrace
  Mode mode = Mode::kRun;
  Emit emit = Emit::kNothing;
  std::optional<std::string> program;   // of -e
  std::string file;                     // "-": standard input; empty with -e
  std::vector<std::string> parameters;  // $1 …
  std::vector<std::string> named;       // --name=value words behind `--`
  std::string pattern;                  // of -l
  std::uint32_t pid = 0;
  std::string command;  // of -c
  std::string output;   // of -o
  OutputFormat format = OutputFormat::kText;
  OutputFormat diagnostics = OutputFormat::kText;
  Buffering buffering = Buffering::kLine;
  unsigned debug = kDebugNothing;  // of -d
  std::string elf_file;            // of --emit-elf
  std::string llvm_file;           // of --emit-llvm
  bool quiet = false;
  bool verbose = false;
  bool reports_failed_reads = false;
  bool repeats_warnings = false;  // -k more than once
  bool allows_unsafe = false;
  bool no_warnings = false;
  bool dry_run = false;
  int ready_fd = -1;
  std::string probe_filter;         // a regular expression that compiles; empty without
  std::string traceable_functions;  // file that lists them; empty: the kernel's own list
  std::vector<Capability> without;  // of --no-feature
  std::string world;                // folder of captured files
};

// A wrong command line: what to say, and whether the usage text follows.
struct UsageError {
  std::string message;  // lines for standard error; may be empty
  bool shows_usage = true;
};

// Exactly one of the two is there.
struct ParsedArguments {
  Arguments arguments;
  std::optional<UsageError> error;
};
ParsedArguments parse_arguments(int argc, char** argv);

}  // namespace sonde::cli
