// FakeWorld: what planning asks of a world, and nothing else.
#pragma once

#include <errno.h>

#include <string>
#include <vector>

#include "ast/world.h"

namespace sonde::session {

class FakeWorld : public World {
 public:
  std::vector<std::uint32_t> cpus{0, 1};
  std::uint32_t tracepoint_id = 316;  // of every event

  Result<TracepointFormat> tracepoint(std::string_view category, std::string_view) override {
    if (category == "missing") return system_error("tracepoint", ENOENT);
    TracepointFormat format;
    format.id = tracepoint_id;
    return format;
  }
  Result<std::vector<TracepointName>> tracepoints(std::string_view, std::string_view) override {
    return std::vector<TracepointName>();
  }
  Result<std::vector<KernelFunction>> raw_tracepoints(std::string_view) override {
    return std::vector<KernelFunction>();
  }
  bool raw_tracepoint_exists(std::string_view) override { return false; }
  std::optional<KernelPrototype> raw_tracepoint_prototype(std::string_view) override { return {}; }
  std::uint32_t raw_tracepoint_btf_id(std::string_view) override { return 0; }
  Result<std::vector<KernelFunction>> kernel_functions(std::string_view,
                                                       std::string_view) override {
    return std::vector<KernelFunction>();
  }
  std::optional<std::uint64_t> kernel_function_size(std::string_view, const std::string&) override {
    return {};
  }
  Result<std::vector<KernelTypeText>> kernel_types(std::string_view, bool) override {
    return std::vector<KernelTypeText>();
  }
  bool kernel_function_exists(std::string_view) override { return false; }
  bool kernel_module_loaded(std::string_view) override { return false; }
  std::optional<KernelPrototype> kernel_prototype(std::string_view) override { return {}; }
  std::optional<CType> kernel_type(CKind, std::string_view) override { return std::nullopt; }
  std::optional<CLayout> kernel_layout(DefinitionId) override { return std::nullopt; }
  std::optional<CConstant> kernel_constant(std::string_view) override { return std::nullopt; }
  std::optional<std::uint32_t> kernel_member_offset(std::string_view,
                                                    const std::vector<std::string_view>&) override {
    return {};
  }
  Result<std::uint64_t> kernel_symbol(std::string_view) override { return std::uint64_t{0}; }
  Result<std::uint64_t> cgroup_id(const std::string&) override { return std::uint64_t{1}; }
  Result<std::vector<std::string>> resolve_target(std::string_view, std::uint32_t) override {
    return std::vector<std::string>();
  }
  std::vector<std::string> shadowed_targets(std::string_view, std::uint32_t) override { return {}; }
  Result<std::optional<std::uint64_t>> elf_file_offset(const std::string&, std::uint64_t) override {
    return std::optional<std::uint64_t>();
  }
  Result<std::vector<ElfFunction>> elf_functions(const std::string&, std::string_view) override {
    return std::vector<ElfFunction>();
  }
  Result<ElfAddress> elf_address(const std::string&, std::string_view) override {
    return ElfAddress();
  }
  Result<std::optional<std::uint64_t>> elf_movable_address(const std::string&,
                                                           std::uint64_t) override {
    return std::optional<std::uint64_t>();
  }
  bool has(Capability) override { return true; }
  std::string why_not(Capability) override { return {}; }
  const std::vector<std::uint32_t>& online_cpus() override { return cpus; }
  std::uint32_t possible_cpu_count() override { return 2; }
  PidNamespace pid_namespace() override { return {}; }
  bool process_exists(std::uint32_t) override { return true; }
};

}  // namespace sonde::session
