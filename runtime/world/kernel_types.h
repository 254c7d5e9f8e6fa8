// KernelTypes: what BTF says about the running kernel, its modules included: functions, prototypes,
// raw tracepoints, types by name and member offsets. The kernel's blob is mapped on the first
// question and a module's only when a question reaches beyond the kernel. Ids are those of the
// kernel's blob.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ast/world.h"
#include "runtime/world/btf.h"

namespace sonde::world {

class KernelTypes {
 public:
  // `file` is read in place of the kernel's own blob where it is not empty; modules, which build on
  // that, are not known then.
  explicit KernelTypes(std::string root, std::string file = {})
      : folder_(std::move(root) + "/sys/kernel/btf"), file_(std::move(file)) {}

  // The error says why there is no BTF.
  Result<const Btf*> kernel();

  std::optional<KernelPrototype> prototype(std::string_view function);
  bool function_exists(std::string_view name);
  // Not sorted, and a static function's name more than once.
  std::vector<KernelFunction> functions(std::string_view module_pattern,
                                        std::string_view name_pattern);

  // World::kernel_types.
  Result<std::vector<KernelTypeText>> named_types(std::string_view pattern, bool with_definition);

  std::vector<KernelFunction> raw_tracepoints(std::string_view pattern);
  bool raw_tracepoint_exists(std::string_view name);
  std::uint32_t raw_tracepoint_id(std::string_view name);
  std::optional<KernelPrototype> raw_tracepoint_prototype(std::string_view name);

  // A typedef's name may also be that of a struct or union, as old scripts write it.
  std::optional<CType> c_type(CKind kind, std::string_view name);
  std::optional<CLayout> layout(DefinitionId definition);
  std::optional<CConstant> constant(std::string_view name);

  std::optional<std::uint32_t> member_offset(std::string_view structure,
                                             const std::vector<std::string_view>& path);

 private:
  struct Found {
    const Btf* btf;
    std::uint32_t id;
  };

  const std::map<std::string, Btf>& modules();
  // Calls `ask(blob, number)` for the kernel and then for each module until one answers. The number
  // is what definitions of that blob carry above their id.
  template <typename Ask>
  auto ask_each(Ask ask) -> decltype(ask(std::declval<const Btf&>(), std::uint64_t{}));
  std::optional<Found> find(BtfKind kind, std::string_view name);
  template <typename Visit>
  void for_each_blob(std::string_view module_pattern, Visit visit);

  std::string folder_;
  std::string file_;
  std::optional<Result<Btf>> kernel_;
  std::optional<std::map<std::string, Btf>> modules_;
};

}  // namespace sonde::world
