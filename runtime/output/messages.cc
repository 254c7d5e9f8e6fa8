// The layouts of spec/cli_output.md §7.5 and §9. Only the first line of a message is coloured.
#include "runtime/output/messages.h"

#include <cstring>

#include "lexer/base/concat.h"
#include "lexer/base/json.h"
#include "runtime/output/place.h"
#include "stdlib/builtins.h"
#include "stdlib/runtime_errors.h"

namespace sonde::output {
namespace {

constexpr std::string_view kRed = "\x1b[31m", kYellow = "\x1b[33m", kPlain = "\x1b[0m";

std::string first_line(std::string_view text, std::string_view tint, UseColor color) {
  if (color == UseColor::kNo) return concat(text, '\n');
  return concat(tint, text, kPlain, '\n');
}

std::string_view loss_reason(image::LossKind kind) {
  switch (kind) {
    case image::LossKind::kRing:
      return "";
    case image::LossKind::kScratch:
      return ": no free scratch memory, the probe was skipped";
    case image::LossKind::kMap:
      return ": the map is full";
    case image::LossKind::kStack:
      return ": the table of stacks is full";
    case image::LossKind::kUpdate:
      return ": other updates of the same element were in the way";
  }
  return "";
}

// Helpers return a negated errno.
const char* helper_failure(std::int64_t detail) {
  return std::strerror(static_cast<int>(detail < 0 ? -detail : detail));
}

}  // namespace

std::string trouble_text(const Error& error, UseColor color) {
  std::string out = first_line(concat("ERROR: ", error.message), kRed, color);
  if (!error.hint.empty()) out += concat("HINT: ", error.hint, '\n');
  return out;
}

std::string message_text(const image::Site& site, std::string_view text, const SourceMap& sources,
                         UseColor color) {
  bool is_error = site.kind == image::RecordKind::kErrorf;
  std::string_view severity = is_error ? "ERROR" : "WARNING";
  std::string place = place_text(site.span, sources);
  return first_line(concat(place, place.empty() ? "" : ": ", severity, ": ", text),
                    is_error ? kRed : kYellow, color) +
         expansion_text(site.span, severity, sources);
}

std::string message_json(const image::Site& site, std::string_view text, const SourceMap& sources) {
  bool is_error = site.kind == image::RecordKind::kErrorf;
  std::string out = "{\"type\": ";
  append_json_string(out, builtin_row(is_error ? Builtin::kErrorf : Builtin::kWarnf).name);
  out += ", \"msg\": ";
  append_json_string(out, text);
  return concat(out, json_place(site.span, sources), "}\n");
}

std::string fault_text(const events::RuntimeFault& fault, const image::Manifest& manifest,
                       const SourceMap& sources, UseColor color) {
  const image::Site& site = manifest.sites[fault.site];
  const RuntimeErrorRow& row = runtime_error_row(site.error);
  std::string place = place_text(site.span, sources);
  std::string_view text = row.text.empty() ? helper_failure(fault.detail) : row.text;
  std::string out =
      first_line(concat(place, place.empty() ? "" : ": ", "WARNING: ", text), kYellow, color);
  if (!row.helper.empty())
    out += concat("Additional Info - helper: ", row.helper, ", retcode: ", fault.detail, '\n');
  return out + excerpt(site.span, sources) + expansion_text(site.span, "WARNING", sources);
}

std::string fault_json(const events::RuntimeFault& fault, const image::Manifest& manifest,
                       const SourceMap& sources) {
  const image::Site& site = manifest.sites[fault.site];
  const RuntimeErrorRow& row = runtime_error_row(site.error);
  bool is_helper = !row.helper.empty();
  std::string out = is_helper ? "{\"type\": \"helper_error\", \"msg\": "
                              : "{\"type\": \"runtime_error\", \"msg\": ";
  append_json_string(out, is_helper ? helper_failure(fault.detail) : row.text);
  if (is_helper) {
    out += ", \"helper\": ";
    append_json_string(out, row.helper);
    out += concat(", \"retcode\": ", fault.detail);
  }
  return concat(out, json_place(site.span, sources), "}\n");
}

std::string lost_text(const image::Loss& loss, std::uint64_t count, const SourceMap& sources) {
  std::string place = place_text(loss.span, sources);
  return concat("Lost ", count, " events", place.empty() ? "" : " at ", place,
                loss_reason(loss.kind), '\n');
}

std::string lost_total_text(std::uint64_t count, UseColor color) {
  return first_line(concat("WARNING: Total lost event count: ", count), kYellow, color);
}

}  // namespace sonde::output
