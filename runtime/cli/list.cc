// Listing. Each probe type has one function that lists it, chosen by its id; a provider pattern
// with a wildcard asks the primary kernel types in turn, so that return probes and user-space
// probes appear only where they are named.
#include "runtime/cli/list.h"

#include <algorithm>
#include <filesystem>

#include "ast/sema/sema.h"
#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "lexer/base/wildcard.h"

namespace sonde::cli {
namespace {

struct Pattern {
  std::string provider;
  std::vector<std::string> parts;  // behind the provider; never empty
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (char c : text) {
    if (c == '"')
      quoted = !quoted;
    else if (c == separator && !quoted)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

Pattern read_pattern(std::string_view text) {
  if (text.find(':') == std::string_view::npos && text != "*") return {"*", {std::string(text)}};
  Pattern pattern;
  pattern.parts = split(text, ':');
  pattern.provider = pattern.parts.front();
  pattern.parts.erase(pattern.parts.begin());
  if (pattern.parts.empty()) pattern.parts.push_back("*");
  if (pattern.parts.back().empty()) pattern.parts.back() = "*";
  return pattern;
}

// Listing of one pattern for one probe type.
class Lister {
 public:
  Lister(const Pattern& pattern, bool with_arguments, std::uint32_t pid, World& world,
         Listing& listing)
      : pattern_(pattern),
        with_arguments_(with_arguments),
        pid_(pid),
        world_(world),
        listing_(listing) {}

  void list(ProbeType type) {
    type_ = type;
    switch (type) {
      case ProbeType::kTracepoint:
        return list_tracepoints();
      case ProbeType::kRawTracepoint:
        return list_raw_tracepoints();
      case ProbeType::kKprobe:
      case ProbeType::kKretprobe:
        return list_kernel_functions();
      case ProbeType::kUprobe:
      case ProbeType::kUretprobe:
        return list_user_functions();
      case ProbeType::kInterval:
      case ProbeType::kProfile:
        return list_timers();
      case ProbeType::kSoftware:
      case ProbeType::kHardware:
        return list_counters();
      case ProbeType::kBegin:
      case ProbeType::kEnd:
      case ProbeType::kCount:
        return;
    }
  }

  // What -v says below a probe of `type`.
  void list_arguments(ProbeType type, const std::string& target, const std::string& function) {
    type_ = type;
    if (has_fact(type, kInUserSpace)) return;
    if (type == ProbeType::kTracepoint)
      list_fields(target, function);
    else if (has_fact(type, kHasArgsStruct))
      list_parameters(world_.raw_tracepoint_prototype(function), true);
    else if (has_fact(type, kHasNumberedArgs) || has_fact(type, kHasRetval))
      list_parameters(world_.kernel_prototype(function), false);
  }

  void list_types(std::string_view pattern) {
    auto types = world_.kernel_types(pattern, with_arguments_);
    if (!usable(types)) return;
    std::string_view previous;
    for (const KernelTypeText& type : *types) {
      if (with_arguments_)
        listing_.text += concat(type.module, ": ", type.definition, '\n');
      else if (type.name != previous)
        listing_.text += concat(type.name, '\n');
      previous = type.name;
    }
  }

 private:
  std::string_view part(std::size_t from_end) const {
    return pattern_.parts.size() > from_end
               ? std::string_view(pattern_.parts[pattern_.parts.size() - 1 - from_end])
               : std::string_view("*");
  }
  std::string_view name() const { return probe_type_row(type_).name; }
  template <typename T>
  bool usable(const Result<T>& result) {
    if (!result) listing_.problems.push_back(result.error());
    return result.has_value();
  }
  void add_argument(std::string_view type, std::string_view argument) {
    listing_.text += concat("    ", type, type.ends_with('*') ? "" : " ", argument, '\n');
  }

  void list_tracepoints() {
    // One part alone may name the category or the event.
    bool one_part = pattern_.parts.size() == 1;
    auto names = world_.tracepoints(one_part ? std::string_view("*") : part(1), part(0));
    if (!usable(names)) return;
    for (const TracepointName& found : *names) {
      listing_.text += concat(name(), ':', found.category, ':', found.event, '\n');
      if (with_arguments_) list_arguments(type_, found.category, found.event);
    }
  }

  void list_fields(const std::string& category, const std::string& event) {
    auto format = world_.tracepoint(category, event);
    if (!usable(format)) return;
    for (const TracepointField& field : format->fields)
      add_argument(field.type,
                   field.length > 0 ? concat(field.name, '[', field.length, ']') : field.name);
  }

  void list_raw_tracepoints() {
    auto found = world_.raw_tracepoints(part(0));
    if (!usable(found)) return;
    for (const KernelFunction& event : *found) {
      if (!matches_wildcard(part(1), event.module)) continue;
      listing_.text += concat(name(), ':', event.module, ':', event.name, '\n');
      if (with_arguments_) list_arguments(type_, event.module, event.name);
    }
  }

  void list_kernel_functions() {
    bool names_module = pattern_.parts.size() > 1;
    auto found = world_.kernel_functions(names_module ? part(1) : std::string_view("*"), part(0));
    if (!usable(found)) return;
    for (const KernelFunction& function : *found) {
      listing_.text += names_module ? concat(name(), ':', function.module, ':', function.name, '\n')
                                    : concat(name(), ':', function.name, '\n');
      if (with_arguments_) list_arguments(type_, function.module, function.name);
    }
  }

  void list_parameters(const std::optional<KernelPrototype>& prototype, bool by_name) {
    if (!prototype) return;
    if (has_fact(type_, kHasRetval)) {
      add_argument(prototype->result ? prototype->result->type : "void", "retval");
      return;
    }
    std::size_t number = 0;
    for (const KernelValue& parameter : prototype->parameters) {
      // Floating-point parameters are in no integer register and have no number.
      if (!by_name && (parameter.type == "float" || parameter.type == "double")) continue;
      add_argument(parameter.type, by_name ? parameter.name : concat("arg", number++));
    }
  }

  void list_user_functions() {
    std::string target = pattern_.parts.size() > 1 ? pattern_.parts.front() : std::string();
    if (target.empty() && pid_ == 0) {
      listing_.problems.push_back(
          {.message = concat(name(), ": listing needs a program or library: ", name(),
                             ":PATH:PATTERN, or -p PID"),
           .code = 0,
           .hint = {}});
      return;
    }
    auto paths = world_.resolve_target(target, pid_);
    if (!usable(paths)) return;
    bool is_path = target.find('/') != std::string::npos && !has_wildcard(target);
    for (const std::string& path : *paths) {
      auto functions = world_.elf_functions(path, part(0));
      if (!usable(functions)) continue;
      for (const ElfFunction& function : *functions)
        listing_.text += concat(name(), ':', is_path ? target : path, ':', function.name, '\n');
    }
  }

  void list_timers() {
    for (std::string_view unit : {"hz", "ms", "s", "us"})
      if (matches_wildcard(pattern_.parts.front(), unit))
        listing_.text += concat(name(), ':', unit, ":\n");
  }

  void list_counters() {
    std::vector<std::string_view> names;
    for (PerfEvent event : perf_events_of(type_)) {
      names.push_back(perf_event_row(event).name);
      if (!perf_event_row(event).alias.empty()) names.push_back(perf_event_row(event).alias);
    }
    std::ranges::sort(names);
    for (std::string_view event : names)
      if (matches_wildcard(pattern_.parts.front(), event))
        listing_.text += concat(name(), ':', event, ":\n");
  }

  const Pattern& pattern_;
  bool with_arguments_;
  std::uint32_t pid_;
  World& world_;
  Listing& listing_;
  ProbeType type_{};
};

bool is_primary_kernel_type(ProbeType type) {
  return has_fact(type, kListable) && !has_fact(type, kInUserSpace) &&
         !has_fact(type, kHasRetval) && !has_fact(type, kTimed);
}

bool names_existing_file(const Pattern& pattern) {
  std::error_code ignored;
  return pattern.parts.size() > 1 && pattern.parts.front().find('/') != std::string::npos &&
         std::filesystem::exists(pattern.parts.front(), ignored);
}

bool names_types(std::string_view pattern) {
  return pattern.starts_with("struct ") || pattern.starts_with("union ") ||
         pattern.starts_with("enum ");
}

void list_pattern(std::string_view text, bool with_arguments, std::uint32_t pid, World& world,
                  Listing& listing) {
  Pattern pattern = read_pattern(text);
  if (names_types(text)) {
    Lister(pattern, with_arguments, pid, world, listing).list_types(text);
    return;
  }
  Lister lister(pattern, with_arguments, pid, world, listing);
  if (auto exact = find_probe_type(pattern.provider)) {
    lister.list(*exact);
    return;
  }
  if (!has_wildcard(pattern.provider)) {
    Error problem{
        .message = concat("No probe type matched for ", pattern.provider), .code = 0, .hint = {}};
    if (auto nearest = nearest_name(pattern.provider, probe_type_names()))
      problem.hint = concat("did you mean `", *nearest, "`?");
    listing.problems.push_back(std::move(problem));
    return;
  }
  for (std::size_t i = 0; i < to_index(ProbeType::kCount); ++i) {
    auto type = static_cast<ProbeType>(i);
    bool in_user_space = has_fact(type, kInUserSpace) && !has_fact(type, kHasRetval) &&
                         (pid != 0 || names_existing_file(pattern));
    if ((is_primary_kernel_type(type) || in_user_space) &&
        matches_wildcard(pattern.provider, probe_type_row(type).name))
      lister.list(type);
  }
}

}  // namespace

Listing list_probes(std::string_view patterns, bool with_arguments, std::uint32_t pid,
                    World& world) {
  Listing listing;
  std::string_view all = patterns.empty() ? std::string_view("*") : patterns;
  for (const std::string& pattern : split(all, ','))
    if (!pattern.empty()) list_pattern(pattern, with_arguments, pid, world, listing);
  return listing;
}

Listing list_program(const sema::ProbeSet& probes, bool with_arguments, World& world) {
  Listing listing;
  Pattern everything{"*", {"*"}};
  Lister lister(everything, with_arguments, 0, world, listing);
  for (const sema::ProbeGroup& group : probes.groups) {
    if (!has_fact(group.type, kListable)) continue;
    for (const sema::ExpandedPoint& point : group.points) {
      // A timer or counter appears without its count, a wildcard as its functions. A label has no
      // parts and stands for itself.
      std::string_view prefix = std::string_view(point.name).substr(0, point.name.rfind(':') + 1);
      bool has_count = has_fact(group.type, kTimed) || has_fact(group.type, kCounted);
      std::vector<std::string> functions = point.functions;
      if (functions.empty()) functions.push_back(point.function);
      for (std::size_t i = 0; i < functions.size(); ++i) {
        std::string name = point.functions.empty() ? point.name : sema::name_of_function(point, i);
        listing.text += concat(has_count && !prefix.empty() ? prefix : name, '\n');
        if (with_arguments) lister.list_arguments(group.type, point.target, functions[i]);
      }
    }
  }
  return listing;
}

}  // namespace sonde::cli
