// EXPAND of the kernel's events and functions: tracepoint, rawtracepoint, kprobe, kretprobe.
#include <cerrno>

#include "ast/sema/expansion.h"
#include "lexer/base/concat.h"
#include "lexer/base/number.h"
#include "lexer/base/wildcard.h"

namespace sonde::sema {
namespace {

// Categories of tracefs whose events no raw tracepoint of the same name stands for: those made of
// probes, and the system calls, which share two raw tracepoints.
constexpr std::string_view kCategoriesWithoutRawEvents[] = {
    "syscalls", "kprobes", "uprobes", "eprobes", "fprobes", "synthetic", "ftrace", "user_events"};

std::string name_of(const TracepointName& name) {
  return concat(name.category, ':', name.event);
}

void add_tracepoint(Expansion& expansion, const TracepointName& name) {
  FoundPoint found;
  found.point.target = name.category;
  found.point.function = name.event;
  if (expansion.uses().args) {
    auto format = expansion.world().tracepoint(name.category, name.event);
    if (!format) return expansion.unanswered(format.error());
    found.event_fields = std::move(format->fields);
  } else {
    found.has_raw_event = has_raw_event(name.category, name.event, expansion.world());
  }
  expansion.add(std::move(found), concat(expansion.type_name(), ':', name_of(name)));
}

void report_missing_tracepoint(Expansion& expansion, const TracepointName& name) {
  if (!expansion.world().has(Capability::kTracefs)) {
    const CapabilityRow& row = capability_row(Capability::kTracefs);
    return expansion.unanswered(
        {.message = concat("tracefs, which holds ", row.purpose,
                           ", is missing: ", expansion.world().why_not(Capability::kTracefs)),
         .code = ENOENT,
         .hint = std::string(row.hint)});
  }
  std::string wanted = name_of(name);
  expansion.missing(DiagnosticKind::kProbeNotFound, concat("tracepoint not found: ", wanted),
                    wanted, [&] {
                      std::vector<std::string> names;
                      auto all = expansion.world().tracepoints("*", "*");
                      if (!all) return names;
                      for (const TracepointName& known : *all) names.push_back(name_of(known));
                      return names;
                    });
}

std::vector<std::string> names_of(const Result<std::vector<KernelFunction>>& functions) {
  std::vector<std::string> names;
  if (!functions) return names;
  for (const KernelFunction& function : *functions) names.push_back(function.name);
  return names;
}

void add_raw_tracepoint(Expansion& expansion, const KernelFunction& event) {
  FoundPoint found;
  found.point.target = event.module;
  found.point.function = event.name;
  if (expansion.uses().args) {
    found.event_prototype = expansion.world().raw_tracepoint_prototype(event.name);
    if (!found.event_prototype) {
      expansion.diagnostics()
          .report(DiagnosticKind::kMissingFeature, expansion.span(),
                  concat("the arguments of `", event.name,
                         "` cannot be named: this kernel has no type information about them"))
          .hint("use a tracepoint, or arg0, arg1 …");
      return;
    }
  }
  expansion.add(std::move(found),
                concat(expansion.type_name(), ':', event.module, ':', event.name));
}

// The parts of `[module:]function[+offset]`, or an address.
struct KernelTarget {
  std::string module;     // empty: any
  FunctionSpec function;  // of an address the offset alone
};

bool is_address(const FunctionSpec& function) {
  return function.name.empty();
}

// Turns `0xffffffff81234560`, read as a name, into an address.
bool read_address(FunctionSpec& function, Expansion& expansion) {
  NumberReading address = read_number(function.name);
  if (!address.read() || function.has_offset) {
    expansion.malformed(concat("invalid address: `", function.name, '`'));
    return false;
  }
  if (!expansion.is_allowed("Probing by address")) return false;
  function = {.name = {}, .has_offset = false, .offset = address.value};
  return true;
}

std::optional<KernelTarget> read_kernel_target(Expansion& expansion) {
  const auto& parts = expansion.parts();
  if (parts.empty() || parts.size() > 2) {
    expansion.wrong_part_count();
    return std::nullopt;
  }
  auto function = read_function(parts.back(), expansion.span(), expansion.diagnostics());
  if (!function) return std::nullopt;
  if (function->name.empty()) {
    expansion.malformed(
        concat('`', expansion.type_name(), "` should be attached to a function or an address"));
    return std::nullopt;
  }
  if (function->name[0] >= '0' && function->name[0] <= '9' && !read_address(*function, expansion))
    return std::nullopt;
  return KernelTarget{parts.size() == 2 ? parts[0].text : std::string(), std::move(*function)};
}

std::string kernel_point_name(const Expansion& expansion, const std::string& module,
                              const FunctionSpec& function) {
  std::string name(expansion.type_name());
  if (!module.empty()) name += concat(':', module);
  if (is_address(function)) return concat(name, ':', function.offset);
  name += concat(':', function.name);
  if (function.offset != 0) name += concat('+', function.offset);
  return name;
}

void add_kernel_function(Expansion& expansion, const std::string& module,
                         const FunctionSpec& function) {
  FoundPoint found;
  found.point.target = module;
  found.point.function = function.name;
  found.point.offset = function.offset;
  expansion.add(std::move(found), kernel_point_name(expansion, module, function));
}

void expand_kernel_wildcard(Expansion& expansion, const KernelTarget& target) {
  if (target.function.has_offset) {
    expansion.malformed("a wildcard and an offset do not go together");
    return;
  }
  auto functions = expansion.world().kernel_functions(target.module, target.function.name);
  if (!functions) return expansion.unanswered(functions.error());
  bool one_link = target.module.empty() && !expansion.uses().probe_name &&
                  expansion.world().has(Capability::kKprobeMulti);
  FoundPoint all;
  std::string previous;
  for (const KernelFunction& function : *functions) {
    if (function.name == previous && target.module.empty()) continue;
    previous = function.name;
    if (one_link) {
      all.point.functions.push_back(function.name);
      continue;
    }
    std::string module = target.module.empty() ? std::string() : function.module;
    add_kernel_function(expansion, module, {.name = function.name});
  }
  if (all.point.functions.empty()) return;
  all.point.function = target.function.name;
  std::string name = kernel_point_name(expansion, {}, target.function);
  expansion.add(std::move(all), std::move(name));
}

bool is_in_module(World& world, const KernelTarget& target) {
  auto functions = world.kernel_functions(target.module, target.function.name);
  return functions && !functions->empty();
}

// Whether the function can be probed, or is to be tried all the same.
bool is_there(Expansion& expansion, const KernelTarget& target) {
  const std::string& name = target.function.name;
  bool is_in_kernel = target.module.empty() || target.module == "vmlinux";
  if (is_in_kernel ? expansion.world().kernel_function_exists(name)
                   : is_in_module(expansion.world(), target))
    return true;
  expansion.warn_unless_ignored(
      DiagnosticKind::kNotTraceable,
      concat(
          name,
          " is not traceable (either non-existing, inlined, or marked as \"notrace\"); attaching "
          "to it will likely fail"));
  if (expansion.options().allows_unsafe) return true;
  std::string full_name = target.module.empty() ? name : concat(target.module, ':', name);
  expansion.missing(DiagnosticKind::kProbeNotFound,
                    concat("No matches for ", expansion.type_name(), ' ', full_name, '.'), name,
                    [&] { return names_of(expansion.world().kernel_functions({}, "*")); });
  return false;
}

// Where no file tells the function's size, the kernel decides.
bool is_in_bounds(Expansion& expansion, const FunctionSpec& function) {
  if (function.offset == 0) return true;
  auto size = expansion.world().kernel_function_size(function.name, expansion.options().vmlinux);
  if (!size || function.offset < *size) return true;
  expansion.malformed(
      concat("Offset outside the function bounds ('", function.name, "' size is ", *size, ')'));
  return false;
}

void expand_kernel_function(Expansion& expansion) {
  auto target = read_kernel_target(expansion);
  if (!target) return;
  if (has_wildcard(target->function.name) || has_wildcard(target->module))
    return expand_kernel_wildcard(expansion, *target);
  if (!target->module.empty() && !expansion.world().kernel_module_loaded(target->module))
    return expansion.missing(
        DiagnosticKind::kProbeNotFound,
        concat("specified module ", target->module, " in probe ", expansion.type_name(), ':',
               target->module, ':', target->function.name, " is not loaded."),
        {}, [] { return std::vector<std::string>(); });
  if (!is_address(target->function) && !is_there(expansion, *target)) return;
  if (target->function.has_offset && !is_in_bounds(expansion, target->function)) return;
  add_kernel_function(expansion, target->module, target->function);
}

}  // namespace

bool has_raw_event(std::string_view category, std::string_view event, World& world) {
  for (std::string_view other : kCategoriesWithoutRawEvents)
    if (category == other) return false;
  return world.raw_tracepoint_exists(event);
}

template <>
void expand_point<ProbeType::kTracepoint>(Expansion& expansion) {
  const auto& parts = expansion.parts();
  bool only_event = parts.size() == 1 && has_wildcard(parts[0].text);
  if (parts.size() != 2 && !only_event) return expansion.wrong_part_count();
  TracepointName name{only_event ? "*" : parts[0].text, parts.back().text};
  if (name.category.empty() || name.event.empty()) return expansion.wrong_part_count();
  if (has_wildcard(name.category) || has_wildcard(name.event)) {
    auto names = expansion.world().tracepoints(name.category, name.event);
    if (!names) return expansion.unanswered(names.error());
    for (const TracepointName& found : *names) add_tracepoint(expansion, found);
    return;
  }
  auto format = expansion.world().tracepoint(name.category, name.event);
  if (format) return add_tracepoint(expansion, name);
  if (format.error().code != ENOENT) return expansion.unanswered(format.error());
  report_missing_tracepoint(expansion, name);
}

template <>
void expand_point<ProbeType::kRawTracepoint>(Expansion& expansion) {
  const auto& parts = expansion.parts();
  if (parts.empty() || parts.size() > 2 || parts.back().text.empty())
    return expansion.wrong_part_count();
  std::string module = parts.size() == 2 ? parts[0].text : "*";
  const std::string& event = parts.back().text;
  auto events = expansion.world().raw_tracepoints(event);
  if (!events) return expansion.unanswered(events.error());
  bool any = false;
  for (const KernelFunction& found : *events) {
    if (!matches_wildcard(module, found.module)) continue;
    any = true;
    add_raw_tracepoint(expansion, found);
  }
  if (any || has_wildcard(event)) return;
  expansion.missing(DiagnosticKind::kProbeNotFound,
                    concat("No matches for ", expansion.type_name(), ' ',
                           parts.size() == 2 ? concat(module, ':') : std::string(), event, '.'),
                    event, [&] { return names_of(expansion.world().raw_tracepoints("*")); });
}

template <>
void expand_point<ProbeType::kKprobe>(Expansion& expansion) {
  expand_kernel_function(expansion);
}

template <>
void expand_point<ProbeType::kKretprobe>(Expansion& expansion) {
  if (!expansion.refuses_offset()) expand_kernel_function(expansion);
}

}  // namespace sonde::sema
