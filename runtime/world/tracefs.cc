// The format of a `format` file, as trace_events.c of the kernel prints it, one field a line:
//
//   <tab>field:unsigned long args[6];<tab>offset:16;<tab>size:48;<tab>signed:0;
//   <tab>field:__data_loc char[] filename;<tab>offset:8;<tab>size:4;<tab>signed:0;
//
// The declaration is C, with the name as its last word before an array part. Old kernels print the
// array's length as the source has it (`char comm[TASK_COMM_LEN]`), so it comes from the size then.
// The category `ftrace` describes the tracers' own records: its events can be neither enabled nor
// opened, and `available_events` leaves them out, so the list of one category does as well.
#include "runtime/world/tracefs.h"

#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "lexer/base/concat.h"
#include "lexer/base/wildcard.h"
#include "runtime/world/files.h"

namespace sonde::world {
namespace {

constexpr std::string_view kUnlistedCategory = "ftrace";

std::string_view trim(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  text = trim(text);
  std::uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text between `key` and the next semicolon of a field's line.
std::optional<std::string_view> attribute(std::string_view line, std::string_view key) {
  auto start = line.find(key);
  if (start == std::string_view::npos) return std::nullopt;
  start += key.size();
  auto end = line.find(';', start);
  if (end == std::string_view::npos) return std::nullopt;
  return trim(line.substr(start, end - start));
}

bool is_word(char c) {
  return c == '_' || std::isalnum(static_cast<unsigned char>(c));
}

// Annotations for tools, `__attribute__((user))`, wherever they stand.
std::string without_attributes(std::string_view declaration) {
  constexpr std::string_view kMarker = "__attribute__";
  std::string text(declaration);
  for (auto start = text.find(kMarker); start != std::string::npos; start = text.find(kMarker)) {
    std::size_t end = text.find('(', start);
    int depth = 0;
    while (end < text.size()) {
      depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
      ++end;
      if (depth == 0) break;
    }
    text.erase(start, end == std::string::npos ? end : end - start);
  }
  return std::string(trim(text));
}

std::uint32_t element_size(std::string_view type) {
  struct Row {
    std::string_view word;
    std::uint32_t size;
  };
  constexpr Row kRows[] = {{"*", 8},  {"64", 8},   {"long", 8}, {"32", 4},  {"short", 2},
                           {"16", 2}, {"char", 1}, {"8", 1},    {"bool", 1}};
  for (const Row& row : kRows)
    if (type.find(row.word) != std::string_view::npos) return row.size;
  return 4;
}

// Splits `declaration` into type, name and array length; false when it has no name.
bool read_declaration(std::string_view declaration, TracepointField& field) {
  constexpr std::string_view kDataLocation = "__data_loc";
  std::string text = without_attributes(declaration);
  std::string_view rest = text;
  if (rest.starts_with(kDataLocation)) {
    field.is_data_location = true;
    rest = trim(rest.substr(kDataLocation.size()));
  }
  std::string_view length;
  if (rest.ends_with(']')) {
    auto open = rest.find('[');
    length = rest.substr(open + 1, rest.size() - open - 2);
    rest = trim(rest.substr(0, open));
  }
  auto name = rest.size();
  while (name > 0 && is_word(rest[name - 1])) --name;
  field.name = rest.substr(name);
  rest = trim(rest.substr(0, name));
  if (rest.ends_with("[]")) rest = trim(rest.substr(0, rest.size() - 2));
  field.type = rest;
  if (!length.empty() && !field.is_data_location)
    field.length = parse_number(length).value_or(field.size / element_size(field.type));
  return !field.name.empty() && !field.type.empty();
}

std::optional<TracepointField> parse_field(std::string_view line) {
  TracepointField field;
  auto declaration = attribute(line, "field:");
  auto offset = parse_number(attribute(line, "offset:").value_or(""));
  auto size = parse_number(attribute(line, "size:").value_or(""));
  auto is_signed = attribute(line, "signed:");
  if (!declaration || !offset || !size) return std::nullopt;
  field.offset = *offset;
  field.size = *size;
  field.is_signed = is_signed == "1";
  if (!read_declaration(*declaration, field)) return std::nullopt;
  return field;
}

Error no_such_event(std::string_view category, std::string_view event) {
  return system_error(concat("tracepoint ", category, ":", event), ENOENT);
}

// A category or event is one component of a path.
bool is_component(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos;
}

}  // namespace

Result<TracepointFormat> parse_tracepoint_format(std::string_view text) {
  TracepointFormat format;
  bool has_id = false;
  bool is_common = true;  // the fields of the common header come first
  std::string_view broken;
  for_each_line(text, [&](std::string_view line) {
    std::string_view content = trim(line);
    if (content.starts_with("ID:")) {
      auto id = parse_number(content.substr(3));
      has_id = id.has_value();
      format.id = id.value_or(0);
    } else if (content.starts_with("field:")) {
      auto field = parse_field(content);
      if (!field) {
        broken = content;
      } else if (!is_common || !field->name.starts_with("common_")) {
        is_common = false;
        format.fields.push_back(*std::move(field));
      }
    }
  });
  if (!has_id) return Error{.message = "tracepoint format: no `ID` line"};
  if (!broken.empty()) return Error{.message = concat("tracepoint format: `", broken, "`")};
  return format;
}

Result<std::string> Tracefs::find_folder() {
  constexpr const char* kPlaces[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
  Error error = system_error("tracefs: /sys/kernel/tracing", ENOENT);
  error.hint = capability_row(Capability::kTracefs).hint;
  for (const char* place : kPlaces) {
    if (::access((root_ + place + "/events").c_str(), R_OK | X_OK) == 0) return root_ + place;
    if (errno == ENOENT) continue;
    error = system_error(concat("tracefs: ", place), errno);
    error.hint = "run as root";
  }
  if (!root_.empty() || error.code != ENOENT) return error;
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (::mount("nodev", kPlaces[0], "tracefs", kFlags, nullptr) == 0) return std::string(kPlaces[0]);
  Error refused = system_error(concat("tracefs: mount at ", kPlaces[0]), errno);
  refused.hint = error.hint;
  return refused;
}

Result<std::string> Tracefs::folder() {
  if (!folder_) folder_ = find_folder();
  return *folder_;
}

Result<TracepointFormat> Tracefs::format(std::string_view category, std::string_view event) {
  if (!is_component(category) || !is_component(event)) return no_such_event(category, event);
  TRY(std::string tracing, folder());
  auto text = read_file(concat(tracing, "/events/", category, "/", event, "/format"));
  if (!text) {
    if (text.error().code == ENOENT) return no_such_event(category, event);
    return std::move(text).error();
  }
  return parse_tracepoint_format(*text).context(concat(category, ":", event));
}

Result<std::vector<TracepointName>> Tracefs::events_in_category(const std::string& category,
                                                                std::string_view event_pattern) {
  std::vector<TracepointName> names;
  if (!is_component(category) || category == kUnlistedCategory) return names;
  TRY(std::string tracing, folder());
  std::string place = tracing + "/events/" + category;
  if (!has_wildcard(event_pattern)) {
    if (is_component(event_pattern) && file_exists(concat(place, "/", event_pattern, "/format")))
      names.push_back({category, std::string(event_pattern)});
    return names;
  }
  auto entries = list_folder(place);
  if (!entries) {
    if (entries.error().code == ENOENT || entries.error().code == ENOTDIR) return names;
    return std::move(entries).error();
  }
  // A category's own control files stand beside its events.
  constexpr std::string_view kControls[] = {"enable", "filter"};
  for (std::string& entry : *entries)
    if (matches_wildcard(event_pattern, entry) &&
        std::ranges::find(kControls, entry) == std::end(kControls))
      names.push_back({category, std::move(entry)});
  return names;
}

Result<std::vector<TracepointName>> Tracefs::events(std::string_view category_pattern,
                                                    std::string_view event_pattern) {
  if (!has_wildcard(category_pattern))
    return events_in_category(std::string(category_pattern), event_pattern);
  TRY(std::string tracing, folder());
  TRY(std::string list, read_file(tracing + "/available_events"));
  std::vector<TracepointName> names;
  for_each_line(list, [&](std::string_view line) {
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string_view category = line.substr(0, colon), event = line.substr(colon + 1);
    if (matches_wildcard(category_pattern, category) && matches_wildcard(event_pattern, event))
      names.push_back({std::string(category), std::string(event)});
  });
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string_view> Tracefs::filter_functions() {
  if (!functions_) {
    auto tracing = folder();
    functions_ = tracing ? read_file(*tracing + "/available_filter_functions")
                         : Result<std::string>(tracing.error());
  }
  if (!*functions_) return std::nullopt;
  return std::string_view(**functions_);
}

}  // namespace sonde::world
