// One World over the readers of this folder. Each reader is made at once and reads nothing until it
// is asked; what it has read it keeps. Lists are sorted here, so that nothing downstream depends on
// the order of a folder or a table.
#include "runtime/world/world.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "lexer/base/wildcard.h"
#include "runtime/world/elf.h"
#include "runtime/world/files.h"
#include "runtime/world/kernel_types.h"
#include "runtime/world/proc.h"
#include "runtime/world/targets.h"
#include "runtime/world/tracefs.h"

namespace sonde::world {
namespace {

constexpr std::size_t kCapabilityCount = to_index(Capability::kCount);
using CapabilityTable = std::array<std::optional<Result<void>>, kCapabilityCount>;

// The kernel's own plumbing, which tracing would trip over (spec/probes.md §3.3).
bool is_internal_function(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {"rcu_", "__ftrace_invalid_address__"};
  constexpr std::string_view kNames[] = {"arch_cpu_idle", "default_idle",
                                         "bpf_dispatcher_xdp_func"};
  return std::ranges::any_of(kPrefixes, [&](auto prefix) { return name.starts_with(prefix); }) ||
         std::ranges::find(kNames, name) != std::end(kNames) ||
         name.find(".part.") != std::string_view::npos;
}

// "name" or "name [module]", as tracefs and debugfs write a function.
KernelFunction parse_function(std::string_view text) {
  auto space = text.find_first_of(" \t");
  if (space == std::string_view::npos) return {std::string(text), "vmlinux"};
  auto open = text.find('[', space), close = text.rfind(']');
  bool has_module =
      open != std::string_view::npos && close != std::string_view::npos && open < close;
  return {std::string(text.substr(0, space)),
          has_module ? std::string(text.substr(open + 1, close - open - 1)) : "vmlinux"};
}

template <typename T>
void sort_and_unite(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

class FileWorld final : public World {
 public:
  // Where `probe` is null, `capabilities` holds every answer.
  FileWorld(std::string root, CapabilityProbe probe, CapabilityTable capabilities)
      : root_(std::move(root)),
        probe_(probe),
        capabilities_(std::move(capabilities)),
        tracefs_(root_),
        types_(root_),
        targets_(root_) {}

  Result<TracepointFormat> tracepoint(std::string_view category, std::string_view event) override {
    return tracefs_.format(category, event);
  }
  Result<std::vector<TracepointName>> tracepoints(std::string_view category_pattern,
                                                  std::string_view event_pattern) override {
    return tracefs_.events(category_pattern, event_pattern);
  }
  Result<std::vector<KernelFunction>> raw_tracepoints(std::string_view pattern) override;
  bool raw_tracepoint_exists(std::string_view name) override;
  std::optional<KernelPrototype> raw_tracepoint_prototype(std::string_view name) override {
    return types_.raw_tracepoint_prototype(name);
  }
  std::uint32_t raw_tracepoint_btf_id(std::string_view name) override {
    return types_.raw_tracepoint_id(name);
  }

  Result<std::vector<KernelFunction>> kernel_functions(std::string_view module_pattern,
                                                       std::string_view name_pattern) override;
  bool kernel_function_exists(std::string_view name) override;
  bool kernel_module_loaded(std::string_view name) override;
  std::optional<KernelPrototype> kernel_prototype(std::string_view function) override {
    return types_.prototype(function);
  }
  std::optional<CType> kernel_type(CKind kind, std::string_view name) override {
    return types_.c_type(kind, name);
  }
  std::optional<CLayout> kernel_layout(DefinitionId definition) override {
    return types_.layout(definition);
  }
  std::optional<CConstant> kernel_constant(std::string_view name) override {
    return types_.constant(name);
  }
  std::optional<std::uint32_t> kernel_member_offset(
      std::string_view structure, const std::vector<std::string_view>& path) override {
    return types_.member_offset(structure, path);
  }

  Result<std::vector<std::string>> resolve_target(std::string_view target,
                                                  std::uint32_t pid) override {
    return targets_.resolve(target, pid);
  }
  Result<std::vector<ElfFunction>> elf_functions(const std::string& path,
                                                 std::string_view name_pattern) override;

  bool has(Capability capability) override { return ask(capability).has_value(); }
  std::string why_not(Capability capability) override {
    const Result<void>& answer = ask(capability);
    return answer ? std::string() : answer.error().message;
  }

  const std::vector<std::uint32_t>& online_cpus() override {
    if (online_cpus_.empty()) online_cpus_ = world::online_cpus(root_);
    return online_cpus_;
  }
  std::uint32_t possible_cpu_count() override { return world::possible_cpu_count(root_); }
  PidNamespace pid_namespace() override {
    return root_.empty() ? own_pid_namespace() : PidNamespace{};
  }
  bool process_exists(std::uint32_t pid) override { return world::process_exists(root_, pid); }

 private:
  const Result<void>& ask(Capability capability);
  const std::set<KernelFunction>& blacklist();

  std::string root_;
  CapabilityProbe probe_;
  CapabilityTable capabilities_;
  Tracefs tracefs_;
  KernelTypes types_;
  Targets targets_;
  std::optional<std::set<KernelFunction>> blacklist_;
  std::map<std::string, ElfFile> files_;  // by path, opened once
  std::vector<std::uint32_t> online_cpus_;
};

// Without BTF the events of tracefs stand in: nearly every event is a raw tracepoint of the same
// name.
Result<std::vector<KernelFunction>> FileWorld::raw_tracepoints(std::string_view pattern) {
  std::vector<KernelFunction> found;
  if (types_.kernel()) {
    found = types_.raw_tracepoints(pattern);
  } else {
    TRY(std::vector<TracepointName> events, tracefs_.events("*", pattern));
    for (TracepointName& event : events)
      if (event.category != "syscalls") found.push_back({std::move(event.event), "vmlinux"});
  }
  sort_and_unite(found);
  return found;
}

bool FileWorld::raw_tracepoint_exists(std::string_view name) {
  if (types_.raw_tracepoint_exists(name)) return true;
  if (types_.kernel()) return false;
  auto found = raw_tracepoints(name);
  return found && !found->empty();
}

Result<std::vector<KernelFunction>> FileWorld::kernel_functions(std::string_view module_pattern,
                                                                std::string_view name_pattern) {
  std::vector<KernelFunction> found;
  if (auto traceable = tracefs_.filter_functions()) {
    for_each_line(*traceable, [&](std::string_view line) {
      if (!matches_wildcard(name_pattern, line.substr(0, line.find_first_of(" \t")))) return;
      KernelFunction function = parse_function(line);
      if (module_pattern.empty() || matches_wildcard(module_pattern, function.module))
        found.push_back(std::move(function));
    });
  } else {
    TRY_DO(types_.kernel().has_value() ? Result<void>() : Result<void>(types_.kernel().error()));
    found = types_.functions(module_pattern, name_pattern);
  }
  std::erase_if(found, [&](const KernelFunction& function) {
    return is_internal_function(function.name) || blacklist().contains(function);
  });
  sort_and_unite(found);
  return found;
}

bool FileWorld::kernel_function_exists(std::string_view name) {
  if (types_.function_exists(name)) return true;
  // Functions that BTF leaves out, because their signature is optimised away or exists twice.
  auto traceable = tracefs_.filter_functions();
  bool found = false;
  for_each_line(traceable.value_or(""), [&](std::string_view line) {
    found = found || line.substr(0, line.find_first_of(" \t")) == name;
  });
  return found;
}

bool FileWorld::kernel_module_loaded(std::string_view name) {
  if (name == "vmlinux") return true;
  auto modules = read_file(root_ + "/proc/modules");
  bool found = false;
  for_each_line(
      modules ? std::string_view(*modules) : std::string_view(),
      [&](std::string_view line) { found = found || line.substr(0, line.find(' ')) == name; });
  return found;
}

// Lines of "0xffffffff81000000-0xffffffff81000010<tab>name [module]"; a kernel without the file
// forbids nothing.
const std::set<KernelFunction>& FileWorld::blacklist() {
  if (blacklist_) return *blacklist_;
  blacklist_.emplace();
  auto text = read_file(root_ + "/sys/kernel/debug/kprobes/blacklist");
  for_each_line(text ? std::string_view(*text) : std::string_view(), [&](std::string_view line) {
    auto tab = line.find('\t');
    if (tab != std::string_view::npos) blacklist_->insert(parse_function(line.substr(tab + 1)));
  });
  return *blacklist_;
}

Result<std::vector<ElfFunction>> FileWorld::elf_functions(const std::string& path,
                                                          std::string_view name_pattern) {
  auto file = files_.find(path);
  if (file == files_.end()) {
    TRY(ElfFile opened, ElfFile::open(root_ + path, root_));
    file = files_.emplace(path, std::move(opened)).first;
  }
  return file->second.functions(name_pattern);
}

const Result<void>& FileWorld::ask(Capability capability) {
  auto& answer = capabilities_[to_index(capability)];
  if (answer) return *answer;
  if (capability == Capability::kBtf) {
    auto types = types_.kernel();
    answer = types ? Result<void>() : Result<void>(types.error());
  } else if (capability == Capability::kTracefs) {
    auto folder = tracefs_.folder();
    answer = folder ? Result<void>() : Result<void>(folder.error());
  } else {
    answer = probe_(capability);
  }
  return *answer;
}

// Takes "name: yes" or "name: no (reason)".
Result<void> parse_capability(std::string_view line, CapabilityTable& table) {
  constexpr std::string_view kNo = "no (";
  auto colon = line.find(": ");
  auto capability = find_capability(line.substr(0, colon));
  if (colon == std::string_view::npos || !capability)
    return Error{.message = concat("capabilities: `", line, "`")};
  std::string_view answer = line.substr(colon + 2);
  if (answer.starts_with(kNo) && answer.ends_with(')')) {
    answer = answer.substr(kNo.size(), answer.size() - kNo.size() - 1);
    table[to_index(*capability)] = Error{.message = std::string(answer)};
  } else if (answer != "yes") {
    return Error{.message = concat("capabilities: `", line, "`")};
  }
  return {};
}

}  // namespace

std::unique_ptr<World> make_world(CapabilityProbe probe) {
  CHECK(probe != nullptr);
  return std::make_unique<FileWorld>("", probe, CapabilityTable{});
}

Result<std::unique_ptr<World>> make_captured_world(std::string folder) {
  TRY(std::string text, read_file(folder + "/capabilities"));
  CapabilityTable table;
  for (auto& answer : table) answer = Result<void>();
  std::optional<Error> malformed;
  for_each_line(text, [&](std::string_view line) {
    auto parsed = line.empty() ? Result<void>() : parse_capability(line, table);
    if (!parsed && !malformed) malformed = parsed.error();
  });
  if (malformed) return std::move(*malformed).context(folder);
  return std::unique_ptr<World>(
      std::make_unique<FileWorld>(std::move(folder), nullptr, std::move(table)));
}

}  // namespace sonde::world
