// man/sonde.1. Every list in it is a registry's rows in their order; the prose around them is here
// and nowhere else.
#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "lexer/base/diagnostics.h"
#include "runtime/cli/help.h"
#include "stdlib/builtins.h"
#include "stdlib/capabilities.h"
#include "stdlib/cli_flags.h"
#include "stdlib/format_specs.h"
#include "stdlib/options.h"
#include "stdlib/probes.h"
#include "stdlib/runtime_errors.h"

namespace sonde::cli {
namespace {

// roff takes a backslash as an escape, a dash as a hyphen, and a leading dot or quote as a macro.
std::string roff(std::string_view text) {
  std::string out;
  for (char c : text) {
    if ((c == '.' || c == '\'') && out.empty()) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string section(std::string_view title) {
  return concat(".SH ", title, '\n');
}
std::string item(std::string_view term, std::string_view text) {
  return concat(".TP\n.B ", roff(term), '\n', roff(text), '\n');
}

template <typename Id, typename Append>
void for_each_row(Append&& append) {
  for (std::size_t i = 0; i < to_index(Id::kCount); ++i) append(static_cast<Id>(i));
}

std::string flags() {
  std::string out = section("OPTIONS");
  for_each_row<CliFlag>([&](CliFlag flag) {
    const CliFlagRow& row = cli_flag_row(flag);
    if (row.state != FlagState::kActive) return;
    std::string term = row.short_name ? concat('-', row.short_name) : std::string();
    if (!row.long_name.empty()) term += concat(term.empty() ? "--" : ", --", row.long_name);
    if (!row.argument_name.empty()) term += concat(' ', row.argument_name);
    out += item(term, row.help);
  });
  return out;
}

// The events that a counted probe type knows, with the count of each.
std::string counters_of(ProbeType type) {
  std::string text;
  for (PerfEvent event : perf_events_of(type)) {
    const PerfEventRow& row = perf_event_row(event);
    text += concat(
        text.empty() ? ". Events, each with the count that it has unless one is given: " : ", ",
        row.name);
    if (!row.alias.empty()) text += concat(" or ", row.alias);
    text += concat(' ', row.count);
  }
  return text;
}

std::string probes() {
  std::string out = section("PROBES");
  for_each_row<ProbeType>([&](ProbeType type) {
    const ProbeTypeRow& row = probe_type_row(type);
    std::string term(row.name);
    if (!row.parts.empty()) term += concat(':', row.parts);
    std::string text(row.summary);
    if (!row.aliases.empty()) text += concat(" (short: ", row.aliases, ')');
    text += ". Attached by ";
    bool first = true;
    for (Strategy strategy : strategies_of(type)) {
      text += concat(first ? "" : ", else ", strategy_row(strategy).name);
      first = false;
    }
    out += item(term, text + counters_of(type) + '.');
  });
  return out;
}

std::string builtins() {
  std::string out = section("BUILTINS AND FUNCTIONS");
  for_each_row<Builtin>([&](Builtin id) {
    const BuiltinRow& row = builtin_row(id);
    out += item(row.signature.text, row.manual);
    out += concat(".IP\n.EX\n", roff(row.example), "\n.EE\n");
  });
  out += concat(".SS printf conversions\n");
  for_each_row<FormatConversion>([&](FormatConversion conversion) {
    const FormatConversionRow& row = format_conversion_row(conversion);
    out += item(concat('%', row.letter), row.summary);
  });
  return out;
}

std::string settings() {
  std::string out = section("SETTINGS");
  out += roff(
             "In the script as config = { key = value; }, or in the environment as SONDE_KEY or "
             "BPFTRACE_KEY, "
             "which wins.") +
         '\n';
  for_each_row<Option>([&](Option option) {
    const OptionRow& row = option_row(option);
    out += item(concat(row.key, " (", row.initial, ')'), row.meaning);
  });
  return out;
}

std::string environment() {
  std::string out = section("ENVIRONMENT");
  out += item("SONDE_KEY, BPFTRACE_KEY", "the setting KEY; see SETTINGS");
  out += item("BPFTRACE_BTF", "a file of raw BTF in place of /sys/kernel/btf/vmlinux");
  out +=
      item("BPFTRACE_VMLINUX", "an ELF file with the kernel's symbols, for kprobes with an offset");
  out += item("SONDE_COLOR, BPFTRACE_COLOR",
              "auto (default: when standard output and error are terminals), always or never");
  out += item("NO_COLOR", "no colour where the two above say nothing");
  out += item("PATH", "where programs of -c and of user probes are looked for");
  out += item("NOTIFY_SOCKET", "told READY=1 when everything is attached, STOPPING=1 at the end");
  return out;
}

std::string messages() {
  std::string out = section("DIAGNOSTICS");
  for_each_row<DiagnosticKind>([&](DiagnosticKind kind) {
    const DiagnosticRow& row = diagnostic_row(kind);
    std::string_view severity = row.severity == Severity::kError ? "error" : "warning";
    out += item(concat(row.name, " (", severity, ')'), row.explanation);
  });
  out += ".SS While a script runs\n";
  for_each_row<RuntimeError>([&](RuntimeError error) {
    const RuntimeErrorRow& row = runtime_error_row(error);
    std::string of_system = concat("what the system says about the result of ", row.helper);
    out += item(concat(row.name, row.always ? "" : " (with -k)"),
                row.text.empty() ? of_system : row.text);
  });
  return out;
}

std::string capabilities() {
  std::string out = section("KERNEL CAPABILITIES");
  out += roff(
             "Found out by trying, never by version; --info prints them with the reason for each "
             "no.") +
         '\n';
  for_each_row<Capability>([&](Capability capability) {
    const CapabilityRow& row = capability_row(capability);
    out += item(row.name, concat(row.purpose, " (", row.hint, ')'));
  });
  return out;
}

constexpr std::string_view kStopping =
    "On SIGINT and SIGTERM, on exit() and when the process of -c or -p ends, every program is "
    "switched off at once by a word "
    "in shared memory; what was recorded before is printed, end probes run, maps are printed, and "
    "sonde is gone. Some kinds of "
    "probe take the kernel tens of milliseconds each to let go of: a child without a terminal "
    "stays behind for them, holds "
    "nothing else, and ends by itself. A second signal ends sonde at once.\n";

constexpr std::string_view kLosses =
    "printf and print give way when the ring of events is seven eighths full, so that exit, clear "
    "and the printing of maps "
    "always get through, in order. Each record that gave way is counted for its place in the "
    "script and reported.\n";

}  // namespace

std::string manual_page() {
  std::string out = concat(".TH SONDE 1 \"\" \"sonde ", version(), "\" \"User Commands\"\n");
  out += section("NAME") + "sonde \\- awk for the running Linux kernel\n";
  out += section("SYNOPSIS");
  out +=
      ".B sonde\n[options] FILE [parameters]\n.br\n.B sonde\n[options] \\-e 'PROGRAM' "
      "[parameters]\n";
  out += ".br\n.B sonde\n\\-l [PATTERN | FILE]\n";
  out += section("DESCRIPTION");
  out +=
      roff(
          "sonde compiles a script in the bpftrace language to BPF programs, attaches them to the "
          "running kernel and to "
          "user programs, and prints what they find. Called as bpftrace it answers to that name.") +
      '\n';
  out += flags() + probes() + builtins() + settings();
  out += environment();
  out += section("STOPPING") + roff(kStopping);
  out += section("LOST EVENTS") + roff(kLosses);
  out += section("EXIT STATUS");
  out += item("0", "normal end, Ctrl-C") + item("n", "exit(n) in the script, modulo 256");
  out += item("1", "wrong usage, unreadable file, error in the script, nothing to attach");
  out += item("2", "error in C code of the script");
  out += item("255", "loading, attaching or running failed");
  out += messages() + capabilities();
  out += section("SEE ALSO") + "bpf(2), perf_event_open(2)\n";
  return out;
}

}  // namespace sonde::cli
