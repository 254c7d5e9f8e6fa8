// Reading the command line. getopt_long does the splitting, with tables made from the rows; each
// flag's value is checked where it is taken, so that a bad one is reported before anything else
// happens.
#include "runtime/cli/arguments.h"

#include <getopt.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "ast/sema/probe_filter.h"
#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "stdlib/capabilities.h"
#include "stdlib/cli_flags.h"

namespace sonde::cli {
namespace {

constexpr std::uint32_t kLargestPid = 4194304;  // PID_MAX_LIMIT of a 64-bit kernel
constexpr int kFirstLongOnly = 0x100;           // values above every short flag

struct GetoptTables {
  std::string short_flags = ":";
  std::vector<option> long_flags;
};

GetoptTables make_tables() {
  GetoptTables tables;
  for (std::size_t i = 0; i < to_index(CliFlag::kCount); ++i) {
    const CliFlagRow& row = cli_flag_row(static_cast<CliFlag>(i));
    bool takes_argument = row.argument == FlagArgument::kRequired;
    if (row.short_name) {
      tables.short_flags += row.short_name;
      if (takes_argument) tables.short_flags += ':';
    }
    if (!row.long_name.empty())
      tables.long_flags.push_back({row.long_name.data(),
                                   takes_argument ? required_argument : no_argument, nullptr,
                                   kFirstLongOnly + static_cast<int>(i)});
  }
  tables.long_flags.push_back({nullptr, 0, nullptr, 0});
  return tables;
}

std::optional<CliFlag> flag_of(int code) {
  if (code >= kFirstLongOnly) return static_cast<CliFlag>(code - kFirstLongOnly);
  for (std::size_t i = 0; i < to_index(CliFlag::kCount); ++i)
    if (cli_flag_row(static_cast<CliFlag>(i)).short_name == code) return static_cast<CliFlag>(i);
  return std::nullopt;
}

struct Stage {
  std::string_view name;
  Emit emit;
};
// The last is for our own manual.
constexpr Stage kStages[] = {{"tokens", Emit::kTokens},     {"ast", Emit::kAst},
                             {"composed", Emit::kComposed}, {"probes", Emit::kProbes},
                             {"types", Emit::kTypes},       {"plan", Emit::kPlan},
                             {"llvm", Emit::kLlvm},         {"llvm-opt", Emit::kLlvmOptimized},
                             {"asm", Emit::kAssembly},      {"obj", Emit::kObject},
                             {"man", Emit::kManual}};

// The number at the start of `text`, and what follows it.
template <typename Number>
bool read_integer(std::string_view text, Number& number, std::string_view& rest) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

std::optional<UsageError> take_pid(std::string_view text, Arguments& arguments) {
  std::int64_t pid = 0;
  std::string_view rest;
  if (!read_integer(text, pid, rest))
    return UsageError{concat("ERROR: Failed to parse pid: invalid integer: ", text), false};
  if (!rest.empty())
    return UsageError{concat("ERROR: Failed to parse pid: invalid trailing bytes: ", rest), false};
  if (pid <= 0 || pid > kLargestPid)
    return UsageError{concat("ERROR: Pid out of range: ", pid), false};
  arguments.pid = static_cast<std::uint32_t>(pid);
  return std::nullopt;
}

// An empty word is what a shell makes of a variable that is not set.
std::optional<UsageError> take_word(std::string_view text, std::string_view if_empty,
                                    std::string& word) {
  if (text.empty()) return UsageError{concat("ERROR: ", if_empty), false};
  word = std::string(text);
  return std::nullopt;
}

std::optional<UsageError> take_format(std::string_view word, OutputFormat& format) {
  if (word == "text" || word == "json") {
    format = word == "json" ? OutputFormat::kJson : OutputFormat::kText;
    return std::nullopt;
  }
  return UsageError{
      concat("ERROR: Invalid output format \"", word, "\"\nValid formats: 'text', 'json'"), false};
}

std::optional<UsageError> take_buffering(std::string_view word, Buffering& buffering) {
  constexpr std::pair<std::string_view, Buffering> kModes[] = {
      {"none", Buffering::kNone}, {"line", Buffering::kLine}, {"full", Buffering::kFull}};
  for (const auto& [name, mode] : kModes) {
    if (name != word) continue;
    buffering = mode;
    return std::nullopt;
  }
  return UsageError{concat("USAGE: -B must be either 'line', 'full', or 'none', not '", word, "'."),
                    true};
}

std::optional<UsageError> take_emit(std::string_view word, Arguments& arguments) {
  std::string names;
  for (const Stage& stage : kStages) {
    if (stage.name == word) {
      arguments.emit = stage.emit;
      return std::nullopt;
    }
    if (stage.emit != Emit::kManual) names += concat(names.empty() ? "" : ", ", stage.name);
  }
  return UsageError{concat("USAGE: --emit takes one of ", names, ", not '", word, "'."), false};
}

// Of --mode; --fmt is short for one.
std::optional<UsageError> take_mode(std::string_view word, Arguments& arguments) {
  if (word == "test" || word == "bench" || word == "compiler-bench")
    return UsageError{concat("ERROR: --mode=", word, " is not supported by this version"), false};
  if (word != "codegen" && word != "format")
    return UsageError{
        "ERROR: USAGE: --mode can only be codegen, compiler-bench, bench, test or format", false};
  arguments.emit = word == "format" ? Emit::kFormatted : Emit::kCode;
  return std::nullopt;
}

std::optional<UsageError> take_shorthand(std::string_view name, Emit mode, Arguments& arguments) {
  if (arguments.emit == Emit::kCode)
    return UsageError{concat("ERROR: USAGE: ", name, " conflicts with existing --mode"), false};
  arguments.emit = mode;
  return std::nullopt;
}

std::optional<UsageError> take_debug(std::string_view text, Arguments& arguments) {
  constexpr std::pair<std::string_view, DebugStage> kStages[] = {
      {"ast", kDebugAst},       {"types", kDebugTypes},
      {"codegen", kDebugCode},  {"codegen-opt", kDebugOptimizedCode},
      {"dis", kDebugAssembly},  {"verifier", kDebugVerifier},
      {"parse", kDebugNothing}, {"libbpf", kDebugNothing},
      {"all", kDebugAll}};
  while (true) {
    std::string_view word = text.substr(0, text.find(','));
    auto stage = std::ranges::find(kStages, word, [](const auto& known) { return known.first; });
    if (stage == std::end(kStages))
      return UsageError{concat("ERROR: USAGE: invalid option for -d: ", word), false};
    arguments.debug |= stage->second;
    if (word.size() == text.size()) return std::nullopt;
    text.remove_prefix(word.size() + 1);
  }
}

std::optional<UsageError> take_ready_fd(std::string_view text, Arguments& arguments) {
  std::string_view rest;
  if (read_integer(text, arguments.ready_fd, rest) && rest.empty() && arguments.ready_fd >= 0)
    return std::nullopt;
  return UsageError{
      concat("USAGE: --ready-fd takes the number of an open descriptor, not '", text, "'."), false};
}

// A list of capabilities by the names that `--info` has for them.
std::optional<UsageError> take_unwanted_features(std::string_view text, Arguments& arguments) {
  constexpr Capability kOptional[] = {Capability::kKprobeMulti, Capability::kUprobeMulti};
  constexpr std::string_view kNeverUsed = "kprobe_session";
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    std::string known(kNeverUsed);
    bool is_known = word == kNeverUsed;
    for (Capability capability : kOptional) {
      std::string_view name = capability_row(capability).name;
      known += concat(", ", name);
      if (name != word) continue;
      is_known = true;
      arguments.without.push_back(capability);
    }
    if (!is_known)
      return UsageError{concat("ERROR: USAGE: --no-feature knows ", known, ", not '", word, "'"),
                        false};
  }
  return std::nullopt;
}

std::optional<UsageError> take_probe_filter(std::string_view text, Arguments& arguments) {
  arguments.probe_filter = std::string(text);
  auto compiled = sema::ProbeFilter::compile(arguments.probe_filter);
  if (compiled) return std::nullopt;
  return UsageError{
      concat("ERROR: Invalid --probe-filter regex '", text, "': ", compiled.error().message),
      false};
}

std::string flag_name(CliFlag flag) {
  const CliFlagRow& row = cli_flag_row(flag);
  return row.long_name.empty() ? concat('-', row.short_name) : concat("--", row.long_name);
}

// What a flag that only switches something on switches on, null for all others.
bool* switch_of(CliFlag flag, Arguments& arguments) {
  switch (flag) {
    case CliFlag::kQuiet:
      return &arguments.quiet;
    case CliFlag::kVerbose:
      return &arguments.verbose;
    case CliFlag::kUnsafe:
      return &arguments.allows_unsafe;
    case CliFlag::kNoWarnings:
      return &arguments.no_warnings;
    case CliFlag::kDryRun:
      return &arguments.dry_run;
    default:
      return nullptr;
  }
}

// `text` is the flag's argument, empty where it takes none.
std::optional<UsageError> take_flag(CliFlag flag, std::string_view text, Arguments& arguments) {
  const CliFlagRow& row = cli_flag_row(flag);
  if (row.state == FlagState::kReserved)
    return UsageError{
        concat("ERROR: ", flag_name(flag), " is not supported by this version (", row.help, ")"),
        false};
  if (row.state == FlagState::kIgnored) return std::nullopt;
  if (bool* on = switch_of(flag, arguments)) {
    *on = true;
    return std::nullopt;
  }
  switch (flag) {
    case CliFlag::kExecute:
      arguments.program = std::string(text);
      break;
    case CliFlag::kList:
      arguments.mode = Mode::kList;
      break;
    case CliFlag::kPid:
      return take_pid(text, arguments);
    case CliFlag::kCommand:
      return take_word(text, "-c needs a command, and this one is empty", arguments.command);
    case CliFlag::kOutput:
      return take_word(text, "Failed to open output file: \"\": No such file or directory",
                       arguments.output);
    case CliFlag::kFormat:
      return take_format(text, arguments.format);
    case CliFlag::kDiagnostics:
      return take_format(text, arguments.diagnostics);
    case CliFlag::kBuffering:
      return take_buffering(text, arguments.buffering);
    case CliFlag::kWarnings:
      arguments.repeats_warnings = arguments.reports_failed_reads;
      arguments.reports_failed_reads = true;
      break;
    case CliFlag::kReadyFd:
      return take_ready_fd(text, arguments);
    case CliFlag::kEmit:
      return take_emit(text, arguments);
    case CliFlag::kFmt:
      return take_shorthand(flag_name(flag), Emit::kFormatted, arguments);
    case CliFlag::kMode:
      return take_mode(text, arguments);
    case CliFlag::kDebug:
      return take_debug(text, arguments);
    case CliFlag::kEmitElf:
      arguments.elf_file = std::string(text);
      break;
    case CliFlag::kEmitLlvm:
      arguments.llvm_file = std::string(text);
      break;
    case CliFlag::kInfo:
      arguments.mode = Mode::kInfo;
      break;
    case CliFlag::kVersion:
      arguments.mode = Mode::kVersion;
      break;
    case CliFlag::kHelp:
      arguments.mode = Mode::kHelp;
      break;
    case CliFlag::kTraceableFunctions:
      arguments.traceable_functions = std::string(text);
      break;
    case CliFlag::kNoFeature:
      return take_unwanted_features(text, arguments);
    case CliFlag::kProbeFilter:
      return take_probe_filter(text, arguments);
    case CliFlag::kWorld:
      arguments.world = std::string(text);
      break;
    default:
      CHECK(false);
  }
  return std::nullopt;
}

// What getopt_long answers with `code`. `word` is the last one that it read; of short flags that
// are joined optopt alone tells which one is meant.
UsageError refused_flag(int code, std::string_view word, const GetoptTables& tables) {
  std::string text(word);
  bool is_long = word.starts_with("--") && (optopt == 0 || optopt >= kFirstLongOnly);
  if (!is_long && optopt > 0 && optopt < kFirstLongOnly)
    text = concat('-', static_cast<char>(optopt));
  const char* problem = code == '?' ? "unknown option" : "missing argument of";
  if (is_long && code == '?') {
    std::string_view name = word.substr(2, word.find('=') - 2);
    auto matches = std::ranges::count_if(tables.long_flags, [&](const option& flag) {
      return flag.name && std::string_view(flag.name).starts_with(name);
    });
    if (optopt != 0)
      problem = "no argument belongs to";
    else if (matches > 1)
      problem = "several options begin like";
  }
  return {concat("USAGE: ", problem, " '", text, "'."), true};
}

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::optional<UsageError> take_words(std::vector<std::string> words, Arguments& arguments) {
  if (arguments.program && arguments.program->empty()) arguments.program.reset();
  if (arguments.mode == Mode::kList) {
    if (words.size() > 1) return UsageError{{}, true};
    if (!words.empty()) arguments.pattern = words.front();
    return std::nullopt;
  }
  if (arguments.emit == Emit::kManual) return std::nullopt;
  if (!arguments.program) {
    if (words.empty()) return UsageError{"USAGE: filename or -e 'program' required.", false};
    arguments.file = words.front();
    words.erase(words.begin());
  }
  for (std::string& word : words) {
    bool is_named = word.starts_with("--");
    (is_named ? arguments.named : arguments.parameters).push_back(std::move(word));
  }
  return std::nullopt;
}

std::optional<UsageError> check_combination(const Arguments& arguments) {
  if (arguments.pid != 0 && !arguments.command.empty())
    return UsageError{"USAGE: Cannot use both -c and -p.", true};
  if (arguments.reports_failed_reads && arguments.no_warnings)
    return UsageError{"ERROR: -k and --no-warnings contradict each other", false};
  return std::nullopt;
}

}  // namespace

ParsedArguments parse_arguments(int argc, char** argv) {
  ParsedArguments parsed;
  Arguments& arguments = parsed.arguments;
  arguments.tool = base_name(argc > 0 ? argv[0] : "");
  if (argc <= 1) {
    parsed.error = UsageError{};
    return parsed;
  }
  GetoptTables tables = make_tables();
  opterr = 0;
  int code = 0;
  while ((code = getopt_long(argc, argv, tables.short_flags.c_str(), tables.long_flags.data(),
                             nullptr)) != -1) {
    if (code == '?' || code == ':') {
      parsed.error = refused_flag(code, argv[optind - 1], tables);
      return parsed;
    }
    auto flag = flag_of(code);
    CHECK(flag);
    parsed.error =
        take_flag(*flag, optarg ? std::string_view(optarg) : std::string_view(), arguments);
    if (parsed.error || arguments.mode == Mode::kHelp || arguments.mode == Mode::kVersion ||
        arguments.mode == Mode::kInfo)
      return parsed;
  }
  parsed.error = take_words({argv + optind, argv + argc}, arguments);
  if (!parsed.error) parsed.error = check_combination(arguments);
  return parsed;
}

}  // namespace sonde::cli
