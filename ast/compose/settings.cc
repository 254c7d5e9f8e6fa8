// Settings are gathered here, before anything reads them. The language's own keys that have no
// effect in this version are accepted silently only where the specification calls them obsolete;
// renamed ones warn and count for their new name.
#include "ast/compose/settings.h"

#include <algorithm>

#include "lexer/base/concat.h"

namespace sonde::ast {
namespace {

// Keys of older releases (spec/language.md §17.2). An empty `now` has no effect any more.
struct OldKey {
  std::string_view old;
  std::string_view now;
};
constexpr OldKey kOldKeys[] = {
    {"strlen", "max_strlen"}, {"map_keys_max", "max_map_keys"}, {"cat_bytes_max", "max_cat_bytes"},
    {"symbol_source", ""},    {"max_type_res_iterations", ""},  {"unstable_addr", ""},
    {"unstable_import", ""},  {"unstable_macro", ""},           {"unstable_map_decl", ""},
};
constexpr std::string_view kEnvironmentOnly[] = {"btf", "kernel_build", "kernel_source", "vmlinux"};
// An old name with the opposite meaning of the new one.
constexpr std::string_view kInverted = "no_cpp_demangle", kInvertedNow = "cpp_demangle";

std::string canonical_key(std::string_view key) {
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  for (std::string_view prefix : {"bpftrace_", "sonde_"})
    if (lower.starts_with(prefix)) lower.erase(0, prefix.size());
  return lower;
}

std::string upper(std::string_view key) {
  std::string out(key);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return out;
}

template <typename List>
bool contains(const List& list, std::string_view key) {
  return std::ranges::find(list, key) != std::end(list);
}

std::string value_text(const Config::Entry& entry) {
  return entry.kind == Config::ValueKind::kInteger || entry.kind == Config::ValueKind::kBool
             ? concat(entry.integer)
             : entry.text;
}

void report_unknown_key(const Config::Entry& entry, std::string_view key,
                        Diagnostics& diagnostics) {
  if (contains(kEnvironmentOnly, key)) {
    diagnostics
        .report(DiagnosticKind::kConfigKey, entry.key_span,
                concat("`", key, "` can be set in the environment only"))
        .hint(concat("export BPFTRACE_", upper(key)));
    return;
  }
  auto report = diagnostics.report(DiagnosticKind::kConfigKey, entry.key_span,
                                   concat("unknown setting `", entry.key, "`"));
  if (auto nearest = nearest_name(key, option_keys()))
    report.hint(concat("did you mean `", *nearest, "`?"));
}

// What is wrong with a value that is of the right kind.
std::optional<std::string> limit_complaint(const Settings& settings, Option option) {
  constexpr std::uint64_t kLongestString = 65536, kMostKeys = 0xffffffff, kLargestRing = 1u << 20;
  std::uint64_t number = settings.number(option);
  auto wanted = [&](std::string_view range) {
    return concat("`", option_row(option).key, "` is ", number, "; it must be ", range);
  };
  if (option == Option::kMaxStrlen && (number < 1 || number > kLongestString))
    return wanted("between 1 and 65536");
  if (option == Option::kMaxMapKeys && (number < 1 || number > kMostKeys))
    return wanted("between 1 and 4294967295");
  if (option == Option::kPerfRbPages && ((number & (number - 1)) != 0 || number > kLargestRing))
    return wanted("a power of two up to 1048576, or 0");
  return std::nullopt;
}

std::optional<std::string> set_within_limits(Settings& settings, Option option,
                                             std::string_view text) {
  auto complaint = settings.set(option, text);
  return complaint ? complaint : limit_complaint(settings, option);
}

void apply_entry(const Config::Entry& entry, Settings& settings, Diagnostics& diagnostics) {
  Span whole = cover(entry.key_span, entry.value_span);
  std::string key = canonical_key(entry.key);
  for (const OldKey& renamed : kOldKeys) {
    if (renamed.old != key) continue;
    diagnostics.report(DiagnosticKind::kConfigRenamed, whole,
                       renamed.now.empty()
                           ? concat("`", key, "` has no effect any more")
                           : concat("`", key, "` is called `", renamed.now, "` now"));
    if (renamed.now.empty()) return;
    key = std::string(renamed.now);
  }
  bool is_inverted = key == kInverted;
  if (is_inverted) {
    diagnostics.report(
        DiagnosticKind::kConfigRenamed, whole,
        concat("`", key, "` is called `", kInvertedNow, "` now, with the opposite meaning"));
    key = kInvertedNow;
  }
  auto option = find_option(key);
  if (!option) {
    report_unknown_key(entry, key, diagnostics);
    return;
  }
  OptionKind kind = option_row(*option).kind;
  bool wants_text = kind == OptionKind::kText;
  bool is_bool = entry.kind == Config::ValueKind::kBool;
  bool is_text = entry.kind == Config::ValueKind::kString || entry.kind == Config::ValueKind::kWord;
  if (wants_text && !is_text) {
    diagnostics.report(DiagnosticKind::kConfigValue, entry.value_span,
                       concat("`", key, "` takes a text"));
    return;
  }
  if (kind == OptionKind::kNumber && is_bool) {
    diagnostics.report(DiagnosticKind::kConfigValue, entry.value_span,
                       concat("`", key, "` takes a number, not true or false"));
    return;
  }
  if (auto complaint = set_within_limits(settings, *option, value_text(entry)))
    diagnostics.report(DiagnosticKind::kConfigValue, entry.value_span, *complaint);
  else if (is_inverted)
    settings.set(*option, settings.flag(*option) ? "0" : "1");
}

void apply_environment(const Environment& environment, Settings& settings,
                       Diagnostics& diagnostics) {
  auto apply = [&](Option option, const std::string& variable) {
    auto value = environment(variable);
    if (!value) return false;
    if (auto complaint = set_within_limits(settings, option, *value))
      diagnostics.report(DiagnosticKind::kConfigValue, {}, concat(variable, ": ", *complaint));
    return true;
  };
  for (std::string_view key : option_keys()) {
    Option option = *find_option(key);
    std::string name = upper(key);
    bool found = apply(option, concat("SONDE_", name)) || apply(option, concat("BPFTRACE_", name));
    if (found) continue;
    for (const OldKey& renamed : kOldKeys)
      if (renamed.now == key) apply(option, concat("BPFTRACE_", upper(renamed.old)));
    if (key == kInvertedNow && apply(option, concat("BPFTRACE_", upper(kInverted))))
      settings.set(option, settings.flag(option) ? "0" : "1");
  }
}

}  // namespace

Settings read_settings(const Program& script, const Environment& environment,
                       Diagnostics& diagnostics) {
  Settings settings;
  const Config* first = nullptr;
  for (NodeId item : script.items()) {
    const Config* config = script.get_if<Config>(item);
    if (!config) continue;
    if (first) {
      diagnostics.report(DiagnosticKind::kMisplacedItem, script.span(item),
                         "a script has one config block, this is the second");
      continue;
    }
    first = config;
    for (const Config::Entry& entry : config->entries) apply_entry(entry, settings, diagnostics);
  }
  apply_environment(environment, settings, diagnostics);
  return settings;
}

}  // namespace sonde::ast
