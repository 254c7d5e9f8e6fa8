// Where the kernel records what: a function is a FUNC type; a raw tracepoint X is a typedef
// `btf_trace_X` of a pointer to a prototype, whose id a typed program names, and whose first
// parameter is the tracer's own. That prototype has no parameter names, but the function
// `__traceiter_X` (or the later `__probestub_X`), which takes the same parameters, has.
#include "runtime/world/kernel_types.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "lexer/base/concat.h"
#include "lexer/base/wildcard.h"
#include "runtime/world/files.h"

namespace sonde::world {
namespace {

constexpr std::string_view kKernelName = "vmlinux";
constexpr std::string_view kRawTracepointPrefix = "btf_trace_";
constexpr unsigned kModuleShift = 32;  // a definition is its type's id below the number of its blob

}  // namespace

Result<const Btf*> KernelTypes::kernel() {
  if (!kernel_)
    kernel_ = Btf::open(file_.empty() ? concat(folder_, "/", kKernelName) : file_, nullptr);
  if (!*kernel_) return kernel_->error();
  return const_cast<const Btf*>(&**kernel_);
}

const std::map<std::string, Btf>& KernelTypes::modules() {
  if (modules_) return *modules_;
  modules_.emplace();
  if (!file_.empty()) return *modules_;
  auto base = kernel();
  auto names = list_folder(folder_);
  if (!base || !names) return *modules_;
  for (const std::string& name : *names) {
    if (name == kKernelName) continue;
    auto btf = Btf::open(concat(folder_, "/", name), *base);
    if (btf) modules_->emplace(name, *std::move(btf));
  }
  return *modules_;
}

std::optional<KernelTypes::Found> KernelTypes::find(BtfKind kind, std::string_view name) {
  auto base = kernel();
  if (!base) return std::nullopt;
  if (auto id = (*base)->find(kind, name)) return Found{*base, *id};
  for (const auto& [module, btf] : modules())
    if (auto id = btf.find(kind, name)) return Found{&btf, *id};
  return std::nullopt;
}

template <typename Visit>
void KernelTypes::for_each_blob(std::string_view module_pattern, Visit visit) {
  auto base = kernel();
  if (!base) return;
  bool is_any = module_pattern.empty();
  if (is_any || matches_wildcard(module_pattern, kKernelName)) visit(kKernelName, **base);
  if (module_pattern == kKernelName) return;
  for (const auto& [module, btf] : modules())
    if (is_any || matches_wildcard(module_pattern, module)) visit(std::string_view(module), btf);
}

std::optional<KernelPrototype> KernelTypes::prototype(std::string_view function) {
  auto found = find(BtfKind::kFunction, function);
  if (!found) return std::nullopt;
  return found->btf->prototype(found->btf->type(found->id)->size_or_type, 0);
}

bool KernelTypes::function_exists(std::string_view name) {
  return find(BtfKind::kFunction, name).has_value();
}

std::vector<KernelFunction> KernelTypes::functions(std::string_view module_pattern,
                                                   std::string_view name_pattern) {
  std::vector<KernelFunction> functions;
  for_each_blob(module_pattern, [&](std::string_view module, const Btf& btf) {
    btf.for_each(BtfKind::kFunction, [&](std::uint32_t, std::string_view name) {
      if (matches_wildcard(name_pattern, name))
        functions.push_back({std::string(name), std::string(module)});
    });
  });
  return functions;
}

Result<std::vector<KernelTypeText>> KernelTypes::named_types(std::string_view pattern,
                                                             bool with_definition) {
  constexpr std::pair<BtfKind, std::string_view> kKinds[] = {{BtfKind::kEnum, "enum "},
                                                             {BtfKind::kEnum64, "enum "},
                                                             {BtfKind::kStruct, "struct "},
                                                             {BtfKind::kUnion, "union "}};
  TRY_DO(kernel());
  std::vector<KernelTypeText> types;
  std::set<std::string> known;  // of the kernel, then of the module at hand
  auto add_types = [&](std::string_view module, const Btf& btf) {
    std::set<std::string> found;
    for (const auto& [kind, keyword] : kKinds) {
      btf.for_each(kind, [&, word = keyword](std::uint32_t id, std::string_view name) {
        std::string full_name = concat(word, name);
        if (!matches_wildcard(pattern, full_name) || known.contains(full_name) ||
            !found.insert(full_name).second)
          return;
        types.push_back({.name = std::move(full_name),
                         .module = std::string(module),
                         .definition = with_definition ? btf.definition(id) : std::string()});
      });
    }
    if (module == kKernelName) known = std::move(found);
  };
  add_types(kKernelName, **kernel());
  bool is_complete = !has_wildcard(pattern) && !types.empty();
  if (!is_complete)
    for (const auto& [module, btf] : modules()) add_types(module, btf);
  std::ranges::sort(types, {},
                    [](const KernelTypeText& type) { return std::tie(type.name, type.module); });
  return types;
}

std::vector<KernelFunction> KernelTypes::raw_tracepoints(std::string_view pattern) {
  std::vector<KernelFunction> tracepoints;
  for_each_blob("", [&](std::string_view module, const Btf& btf) {
    btf.for_each(BtfKind::kTypedef, [&](std::uint32_t, std::string_view name) {
      if (!name.starts_with(kRawTracepointPrefix)) return;
      name.remove_prefix(kRawTracepointPrefix.size());
      if (matches_wildcard(pattern, name))
        tracepoints.push_back({std::string(name), std::string(module)});
    });
  });
  return tracepoints;
}

bool KernelTypes::raw_tracepoint_exists(std::string_view name) {
  std::string type = concat(kRawTracepointPrefix, name);
  // Nothing but these types is named so.
  if (!kernel_ && Btf::holds_name(concat(folder_, "/", kKernelName), type).value_or(false))
    return true;
  return find(BtfKind::kTypedef, type).has_value();
}

std::uint32_t KernelTypes::raw_tracepoint_id(std::string_view name) {
  auto base = kernel();
  if (!base) return 0;
  return (*base)->find(BtfKind::kTypedef, concat(kRawTracepointPrefix, name)).value_or(0);
}

std::optional<KernelPrototype> KernelTypes::raw_tracepoint_prototype(std::string_view name) {
  constexpr std::uint32_t kHiddenParameters = 1;
  for (const char* prefix : {"__traceiter_", "__probestub_"}) {
    auto stub = find(BtfKind::kFunction, concat(prefix, name));
    if (!stub) continue;
    auto prototype =
        stub->btf->prototype(stub->btf->type(stub->id)->size_or_type, kHiddenParameters);
    if (!prototype) continue;
    prototype->result.reset();
    return prototype;
  }
  auto found = find(BtfKind::kTypedef, concat(kRawTracepointPrefix, name));
  if (!found) return std::nullopt;
  auto pointer = found->btf->underlying(found->id);
  if (!pointer || pointer->kind != BtfKind::kPointer) return std::nullopt;
  return found->btf->prototype(pointer->size_or_type, kHiddenParameters);
}

template <typename Ask>
auto KernelTypes::ask_each(Ask ask) -> decltype(ask(std::declval<const Btf&>(), std::uint64_t{})) {
  auto base = kernel();
  if (!base) return std::nullopt;
  if (auto answer = ask(**base, kKernelDefinition)) return answer;
  std::uint64_t number = 0;
  for (const auto& [module, btf] : modules()) {
    ++number;
    if (auto answer = ask(btf, kKernelDefinition | number << kModuleShift)) return answer;
  }
  return std::nullopt;
}

std::optional<CType> KernelTypes::c_type(CKind kind, std::string_view name) {
  std::vector<BtfKind> kinds;
  if (kind == CKind::kTypedef) kinds = {BtfKind::kTypedef, BtfKind::kStruct, BtfKind::kUnion};
  if (kind == CKind::kStruct) kinds = {BtfKind::kStruct};
  if (kind == CKind::kUnion) kinds = {BtfKind::kUnion};
  if (kind == CKind::kEnum) kinds = {BtfKind::kEnum, BtfKind::kEnum64};
  return ask_each([&](const Btf& btf, std::uint64_t number) -> std::optional<CType> {
    for (BtfKind each : kinds)
      if (auto id = btf.find(each, name)) return btf.c_type(*id, number);
    return std::nullopt;
  });
}

std::optional<CLayout> KernelTypes::layout(DefinitionId definition) {
  auto wanted = static_cast<std::uint64_t>(definition);
  std::uint64_t blob = wanted >> kModuleShift << kModuleShift;
  auto base = kernel();
  if (!base) return std::nullopt;
  auto id = static_cast<std::uint32_t>(wanted);
  if (blob == kKernelDefinition) return (*base)->layout(id, blob);
  return ask_each([&](const Btf& btf, std::uint64_t number) {
    return number == blob ? btf.layout(id, blob) : std::nullopt;
  });
}

std::optional<CConstant> KernelTypes::constant(std::string_view name) {
  return ask_each([&](const Btf& btf, std::uint64_t number) { return btf.constant(name, number); });
}

std::optional<std::uint32_t> KernelTypes::member_offset(std::string_view structure,
                                                        const std::vector<std::string_view>& path) {
  auto found = find(BtfKind::kStruct, structure);
  if (!found) return std::nullopt;
  return found->btf->member_offset(found->id, path);
}

}  // namespace sonde::world
