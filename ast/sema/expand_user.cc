// EXPAND of functions of programs and libraries: uprobe, uretprobe.
#include <algorithm>
#include <set>

#include "ast/sema/expansion.h"
#include "lexer/base/concat.h"
#include "lexer/base/number.h"
#include "lexer/base/wildcard.h"

namespace sonde::sema {
namespace {

constexpr std::string_view kCplusplus = "cpp";

// The parts of `target:function[+offset]` or `target:address`.
struct UserTarget {
  std::string target;
  FunctionSpec function;
  std::optional<std::uint64_t> address;  // virtual, as the file's symbols have it
};

std::optional<UserTarget> read_user_target(Expansion& expansion) {
  const auto& parts = expansion.parts();
  if (std::ranges::any_of(parts, [](const SpecPart& part) { return part.is_at; })) {
    expansion.unsupported("probing a source line is");
    return std::nullopt;
  }
  if (parts.size() >= 2 && parts[parts.size() - 2].text == kCplusplus) {
    expansion.unsupported("probing by the demangled name of a C++ function is");
    return std::nullopt;
  }
  bool is_own_executable = parts.size() == 1 && expansion.options().filters_kernel_probes;
  if (parts.size() != 2 && !is_own_executable) {
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
  std::optional<std::uint64_t> address;
  if (function->name[0] >= '0' && function->name[0] <= '9') {
    NumberReading number = read_number(function->name);
    if (!number.read() || function->has_offset) {
      expansion.malformed(concat("invalid address: `", parts.back().text, '`'));
      return std::nullopt;
    }
    address = number.value;
  }
  std::string target =
      is_own_executable ? concat("/proc/", expansion.options().target_pid, "/exe") : parts[0].text;
  return UserTarget{std::move(target), std::move(*function), address};
}

// A file of the target: where it is, and how names and messages call it - a path as it was written,
// a library or a name in PATH by the file that was found.
struct TargetFile {
  std::string path;
  std::string shown;
  bool is_one_of_many = false;  // found by a pattern, and may well lack what is probed
};

std::string user_point_name(const Expansion& expansion, const TargetFile& file,
                            const FunctionSpec& function) {
  std::string name = concat(expansion.type_name(), ':', file.shown, ':', function.name);
  if (function.offset != 0) name += concat('+', function.offset);
  return name;
}

FoundPoint point_in(const TargetFile& file, std::string function, std::uint64_t file_offset) {
  FoundPoint found;
  found.point.target = file.path;
  found.point.function = std::move(function);
  found.point.offset = file_offset;
  return found;
}

// Several names of one address are one function: without `probe` the body cannot tell them apart,
// and a call must not count twice.
void add_matching_functions(Expansion& expansion, const TargetFile& file,
                            const std::string& pattern) {
  auto functions = expansion.world().elf_functions(file.path, pattern);
  if (!functions && file.is_one_of_many) return;
  if (!functions) return expansion.unanswered(functions.error());
  bool one_link = !expansion.uses().probe_name && expansion.world().has(Capability::kUprobeMulti);
  FoundPoint all = point_in(file, pattern, 0);
  std::set<std::uint64_t> seen;
  for (const ElfFunction& function : *functions) {
    if (!expansion.uses().probe_name && !seen.insert(function.file_offset).second) continue;
    if (one_link) {
      all.point.functions.push_back(function.name);
      all.point.offsets.push_back(function.file_offset);
      continue;
    }
    expansion.add(point_in(file, function.name, function.file_offset),
                  user_point_name(expansion, file, {.name = function.name}));
  }
  if (!all.point.functions.empty())
    expansion.add(std::move(all), user_point_name(expansion, file, {.name = pattern}));
}

void add_named_function(Expansion& expansion, const TargetFile& file, const FunctionSpec& wanted) {
  auto functions = expansion.world().elf_functions(file.path, wanted.name);
  if (file.is_one_of_many && (!functions || functions->empty())) return;
  if (!functions) return expansion.unanswered(functions.error());
  if (functions->empty())
    return expansion.missing(
        DiagnosticKind::kProbeNotFound,
        concat("No matches for ", expansion.type_name(), ' ', file.shown, ':', wanted.name, '.'),
        wanted.name, [&] {
          std::vector<std::string> names;
          auto all = expansion.world().elf_functions(file.path, "*");
          if (!all) return names;
          for (const ElfFunction& known : *all) names.push_back(known.name);
          return names;
        });
  const ElfFunction& function = functions->front();
  if (wanted.has_offset && function.size > 0 && wanted.offset >= function.size) {
    expansion.malformed(concat("Offset outside the function bounds ('", function.name, "' size is ",
                               function.size, ')'));
    return;
  }
  if (!wanted.has_offset && function.size == 0 &&
      !expansion.is_allowed(concat("probing `", function.name, "`, a symbol without a size,")))
    return;
  expansion.add(point_in(file, function.name, function.file_offset + wanted.offset),
                user_point_name(expansion, file, wanted));
}

void add_address(Expansion& expansion, const TargetFile& file, std::uint64_t address) {
  auto offset = expansion.world().elf_file_offset(file.path, address);
  if (!offset) return expansion.unanswered(offset.error());
  if (!*offset)
    return expansion.missing(DiagnosticKind::kProbeNotFound,
                             concat("Could not resolve address: ", file.shown, ":0x", hex(address)),
                             {}, [] { return std::vector<std::string>(); });
  expansion.add(point_in(file, {}, **offset),
                concat(expansion.type_name(), ':', file.shown, ':', address));
}

// A name that PATH has twice may not mean the file that its user has in mind.
void warn_about_shadowed(Expansion& expansion, const std::string& target,
                         const std::string& found) {
  auto others = expansion.world().shadowed_targets(target, expansion.options().target_pid);
  if (others.empty()) return;
  std::string list;
  for (const std::string& other : others) list += concat(list.empty() ? "" : ", ", other);
  expansion.warn_unless_ignored(
      DiagnosticKind::kShadowedTarget,
      concat("PATH has several programs called '", target, "'; ", found, " is traced, not ", list));
}

void expand_user_function(Expansion& expansion) {
  auto target = read_user_target(expansion);
  if (!target) return;
  auto paths = expansion.world().resolve_target(target->target, expansion.options().target_pid);
  if (!paths) {
    if (has_wildcard(target->target)) return;
    return expansion.missing(
        DiagnosticKind::kTargetNotFound,
        concat(expansion.type_name(), " target file '", target->target,
               "' does not exist or is not executable"),
        {}, [] { return std::vector<std::string>(); }, paths.error().hint);
  }
  bool is_pattern = has_wildcard(target->target);
  bool is_path = target->target.find('/') != std::string::npos && !is_pattern;
  if (target->address && is_pattern) {
    expansion.malformed("a wildcard and an address do not go together");
    return;
  }
  if (!is_path && !is_pattern) warn_about_shadowed(expansion, target->target, paths->front());
  for (const std::string& path : *paths) {
    TargetFile file{path, is_path ? target->target : path, is_pattern};
    if (target->address) {
      add_address(expansion, file, *target->address);
    } else if (!has_wildcard(target->function.name)) {
      add_named_function(expansion, file, target->function);
    } else if (target->function.has_offset) {
      expansion.malformed("a wildcard and an offset do not go together");
    } else {
      add_matching_functions(expansion, file, target->function.name);
    }
  }
}

}  // namespace

template <>
void expand_point<ProbeType::kUprobe>(Expansion& expansion) {
  expand_user_function(expansion);
}

template <>
void expand_point<ProbeType::kUretprobe>(Expansion& expansion) {
  if (!expansion.refuses_offset()) expand_user_function(expansion);
}

}  // namespace sonde::sema
