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
#include "runtime/world/cgroup_id.h"
#include "runtime/world/elf.h"
#include "runtime/world/files.h"
#include "runtime/world/kallsyms.h"
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
  FileWorld(std::string root, CapabilityProbe probe, CapabilityTable capabilities,
            const WorldOptions& options)
      : root_(std::move(root)),
        traceable_functions_(options.traceable_functions),
        probe_(probe),
        capabilities_(std::move(capabilities)),
        tracefs_(root_),
        types_(root_, options.kernel_types),
        targets_(root_) {
    for (Capability unwanted : options.without)
      capabilities_[to_index(unwanted)] = Error{.message = "not wanted on the command line"};
  }

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
  std::optional<std::uint64_t> kernel_function_size(std::string_view name,
                                                    const std::string& vmlinux) override;
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

  Result<std::vector<KernelTypeText>> kernel_types(std::string_view pattern,
                                                   bool with_definition) override {
    return types_.named_types(pattern, with_definition);
  }
  Result<std::uint64_t> kernel_symbol(std::string_view name) override;
  Result<std::uint64_t> cgroup_id(const std::string& path) override {
    return world::cgroup_id(root_ + path);
  }

  Result<std::vector<std::string>> resolve_target(std::string_view target,
                                                  std::uint32_t pid) override {
    return targets_.resolve(target, pid);
  }
  std::vector<std::string> shadowed_targets(std::string_view target, std::uint32_t pid) override {
    return targets_.shadowed(target, pid);
  }
  Result<std::vector<ElfFunction>> elf_functions(const std::string& path,
                                                 std::string_view name_pattern) override;
  Result<std::optional<std::uint64_t>> elf_file_offset(const std::string& path,
                                                       std::uint64_t address) override;
  Result<ElfAddress> elf_address(const std::string& path, std::string_view name) override;
  Result<std::optional<std::uint64_t>> elf_movable_address(const std::string& path,
                                                           std::uint64_t file_offset) override;

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
  Result<const ElfFile*> open_file(const std::string& path);
  const std::set<KernelFunction>& blacklist();
  std::optional<std::string_view> traceable_functions() {
    if (!traceable_functions_.empty()) return std::string_view(traceable_functions_);
    return tracefs_.filter_functions();
  }

  std::string root_;
  std::string traceable_functions_;  // what that file holds; empty: the kernel's own list
  CapabilityProbe probe_;
  CapabilityTable capabilities_;
  Tracefs tracefs_;
  KernelTypes types_;
  Targets targets_;
  std::optional<std::set<KernelFunction>> blacklist_;
  std::map<std::string, ElfFile> files_;  // by path, opened once
  std::vector<std::uint32_t> online_cpus_;
  std::map<std::string, std::uint64_t, std::less<>> kernel_symbols_;  // those asked for
  std::optional<Result<std::string>> kallsyms_;
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
  if (auto traceable = traceable_functions()) {
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
  if (traceable_functions_.empty() && types_.function_exists(name)) return true;
  // Functions that BTF leaves out, because their signature is optimised away or exists twice.
  auto traceable = traceable_functions();
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

Result<std::uint64_t> FileWorld::kernel_symbol(std::string_view name) {
  if (auto known = kernel_symbols_.find(name); known != kernel_symbols_.end()) return known->second;
  // It takes the kernel ten times as long to write this text as it takes us to search it.
  if (!kallsyms_) kallsyms_ = read_file(root_ + "/proc/kallsyms");
  if (!*kallsyms_) return kallsyms_->error();
  TRY(std::uint64_t address, find_kernel_symbol(**kallsyms_, name));
  kernel_symbols_.emplace(name, address);
  return address;
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

Result<const ElfFile*> FileWorld::open_file(const std::string& path) {
  auto file = files_.find(path);
  if (file == files_.end()) {
    TRY(ElfFile opened, ElfFile::open(root_ + path, root_));
    file = files_.emplace(path, std::move(opened)).first;
  }
  return const_cast<const ElfFile*>(&file->second);
}

Result<std::vector<ElfFunction>> FileWorld::elf_functions(const std::string& path,
                                                          std::string_view name_pattern) {
  TRY(const ElfFile* file, open_file(path));
  return file->functions(name_pattern);
}

Result<std::optional<std::uint64_t>> FileWorld::elf_file_offset(const std::string& path,
                                                                std::uint64_t address) {
  TRY(const ElfFile* file, open_file(path));
  return file->file_offset(address);
}

// The places and their order: spec/probes.md §7.
std::optional<std::uint64_t> FileWorld::kernel_function_size(std::string_view name,
                                                             const std::string& vmlinux) {
  std::vector<std::string> places = {vmlinux};
  if (vmlinux.empty()) {
    std::string release = kernel_release(root_);
    std::vector<std::string> images = {concat("/boot/vmlinux-", release),
                                       concat("/lib/modules/", release, "/vmlinux-", release),
                                       concat("/lib/modules/", release, "/build/vmlinux"),
                                       concat("/usr/lib/modules/", release, "/kernel/vmlinux"),
                                       concat("/usr/lib/debug/boot/vmlinux-", release)};
    places = images;
    for (const std::string& image : images) places.push_back(image + ".debug");
    places.push_back(concat("/usr/lib/debug/lib/modules/", release, "/vmlinux"));
  }
  for (const std::string& place : places) {
    if (!file_exists(root_ + place)) continue;
    auto functions = elf_functions(place, name);
    if (functions && !functions->empty()) return functions->front().size;
  }
  return std::nullopt;
}

Result<ElfAddress> FileWorld::elf_address(const std::string& path, std::string_view name) {
  TRY(const ElfFile* file, open_file(path));
  return file->address_of(name);
}

Result<std::optional<std::uint64_t>> FileWorld::elf_movable_address(const std::string& path,
                                                                    std::uint64_t file_offset) {
  TRY(const ElfFile* file, open_file(path));
  if (!file->is_shared_object()) return std::optional<std::uint64_t>();
  auto address = file->address_at(file_offset);
  if (address) return address;
  return Error{.message = concat(path, ": no code stands at offset ", file_offset),
               .code = ENOENT,
               .hint = {}};
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

std::unique_ptr<World> make_world(CapabilityProbe probe, const WorldOptions& options) {
  CHECK(probe != nullptr);
  return std::make_unique<FileWorld>("", probe, CapabilityTable{}, options);
}

Result<std::unique_ptr<World>> make_captured_world(std::string folder,
                                                   const WorldOptions& options) {
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
      std::make_unique<FileWorld>(std::move(folder), nullptr, std::move(table), options));
}

}  // namespace sonde::world
