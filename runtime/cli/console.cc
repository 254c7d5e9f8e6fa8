// Standard error is written in whole messages, so that they do not mix with what a traced child
// prints there.
#include "runtime/cli/console.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "lexer/base/concat.h"
#include "lexer/base/json.h"
#include "lexer/base/write_all.h"

namespace sonde::cli {
namespace {

UseColor choose_color(Console* console) {
  const char* variable = "SONDE_COLOR";
  if (!std::getenv(variable)) variable = "BPFTRACE_COLOR";
  const char* wish = std::getenv(variable);
  std::string_view word = wish ? wish : "auto";
  if (word == "always") return UseColor::kYes;
  if (word == "never") return UseColor::kNo;
  if (word != "auto")
    console->warning(concat(variable, " is `", word, "`; it takes auto, always or never"));
  const char* no_color = std::getenv("NO_COLOR");
  bool refused = no_color && *no_color;
  return !refused && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) ? UseColor::kYes
                                                                    : UseColor::kNo;
}

}  // namespace

Console::Console(const Arguments& arguments)
    : is_json_(arguments.diagnostics == OutputFormat::kJson),
      shows_warnings_(!arguments.no_warnings),
      is_verbose_(arguments.verbose),
      color_(UseColor::kNo) {
  color_ = choose_color(this);
}

void Console::show(const Diagnostics& diagnostics, const SourceMap& sources) {
  std::string text;
  for (const Diagnostic* diagnostic : diagnostics.sorted()) {
    if (diagnostic->severity == Severity::kWarning && !shows_warnings_) continue;
    text +=
        is_json_ ? render_json(*diagnostic, sources) : render_text(*diagnostic, sources, color_);
  }
  write_all(STDERR_FILENO, text);
}

void Console::error(const Error& error) const {
  std::string text;
  if (is_json_) {
    text = "{\"type\": \"diagnostic\", \"severity\": \"error\", \"msg\": ";
    append_json_string(text, error.message);
    if (!error.hint.empty()) {
      text += ", \"hints\": [";
      append_json_string(text, error.hint);
      text += ']';
    }
    text += "}\n";
  } else {
    text = concat("ERROR: ", error.message, '\n');
    if (!error.hint.empty()) text += concat("  = hint: ", error.hint, '\n');
  }
  write_all(STDERR_FILENO, text);
}

void Console::warning(std::string_view text) const {
  if (shows_warnings_) write_all(STDERR_FILENO, concat("WARNING: ", text, '\n'));
}

void Console::verbose(std::string_view text) const {
  if (is_verbose_) write_all(STDERR_FILENO, concat(text, '\n'));
}

void Console::plain(std::string_view text) const {
  write_all(STDERR_FILENO, text);
}

int print(std::string_view text) {
  int code = write_all(STDOUT_FILENO, text);
  if (code == 0) return 0;
  write_all(STDERR_FILENO, concat("ERROR: standard output: write: ", std::strerror(code), '\n'));
  return kFailed;
}

}  // namespace sonde::cli
