// World: the facts about the system that a script is compiled against. The compiler sees the
// kernel, its tracepoints, symbols, executables and capabilities through this seam alone; the real
// one (runtime/world) reads them lazily and at most once, the fake one is a folder of captured
// files. Nothing here changes the system, but for mounting tracefs where it is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/types/c_type.h"
#include "lexer/base/result.h"
#include "stdlib/capabilities.h"

namespace sonde {

// One field of a tracepoint's record, as its `format` file in tracefs states it.
struct TracepointField {
  std::string name;
  std::string type;          // C spelling without the array part: "unsigned int", "const char *"
  std::uint32_t offset = 0;  // bytes from the start of the record
  std::uint32_t size = 0;    // bytes, of the whole array for an array
  bool is_signed = false;
  std::uint32_t length = 0;       // elements of an array, 0 when it is none
  bool is_data_location = false;  // __data_loc: low 16 bits offset, high 16 bits length of the data
};
struct TracepointFormat {
  std::uint32_t id = 0;                 // for perf_event_open
  std::vector<TracepointField> fields;  // without the common ones
};
struct TracepointName {
  std::string category;
  std::string event;
  auto operator<=>(const TracepointName&) const = default;
};
struct KernelFunction {
  std::string name;
  std::string module;  // "vmlinux" for the kernel itself
  auto operator<=>(const KernelFunction&) const = default;
};

// A parameter or member in BTF, as far as a script can use it today.
struct KernelValue {
  enum class Kind : std::uint8_t { kInteger, kPointer, kOther } kind{};
  std::string name;
  std::string type;        // C spelling, for listings and messages
  std::uint32_t size = 0;  // bytes
  bool is_signed = false;
  bool is_bool = false;
};
struct KernelPrototype {
  std::vector<KernelValue> parameters;
  std::optional<KernelValue> result;  // none for void
};

// A function symbol of an executable or library.
struct ElfFunction {
  std::string name;               // as in the symbol table
  std::uint64_t address = 0;      // virtual address in the file
  std::uint64_t file_offset = 0;  // where the kernel puts a uprobe
  std::uint64_t size = 0;         // bytes, 0 when the symbol has none
};

// A structure, union or enumeration of the kernel or one of its modules.
struct KernelTypeText {
  std::string name;        // with its keyword: "struct file"
  std::string module;      // "vmlinux" for the kernel itself
  std::string definition;  // in C; empty unless it was asked for
};
// Where a variable or function of an executable or library is.
struct ElfAddress {
  std::uint64_t address = 0;  // virtual address in the file
  std::uint64_t size = 0;     // bytes, 0 when the symbol has none
};

struct PidNamespace {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool is_initial = true;  // sonde runs in the initial PID namespace
};

class World {
 public:
  virtual ~World() = default;

  // ENOENT when there is no such event.
  virtual Result<TracepointFormat> tracepoint(std::string_view category,
                                              std::string_view event) = 0;
  // Sorted; patterns are wildcards (lexer/base/wildcard.h).
  virtual Result<std::vector<TracepointName>> tracepoints(std::string_view category_pattern,
                                                          std::string_view event_pattern) = 0;
  // Raw tracepoints by BTF, or by tracefs where there is no BTF. Sorted.
  virtual Result<std::vector<KernelFunction>> raw_tracepoints(std::string_view pattern) = 0;
  virtual bool raw_tracepoint_exists(std::string_view name) = 0;
  // Without the hidden first parameter; none without BTF or such an event.
  virtual std::optional<KernelPrototype> raw_tracepoint_prototype(std::string_view name) = 0;
  // The BTF id of the raw tracepoint's `btf_trace_` typedef, for tp_btf programs; 0 when there is
  // none.
  virtual std::uint32_t raw_tracepoint_btf_id(std::string_view name) = 0;

  // Traceable functions, those of spec/probes.md §3.3; module "" is any. Sorted by name.
  virtual Result<std::vector<KernelFunction>> kernel_functions(std::string_view module_pattern,
                                                               std::string_view name_pattern) = 0;
  // Bytes of a kernel function, by the symbols of `vmlinux`, or where that is empty of the first
  // file with symbols in the usual places; none where there is no such file.
  virtual std::optional<std::uint64_t> kernel_function_size(std::string_view name,
                                                            const std::string& vmlinux) = 0;
  // By BTF or tracefs; never reads kallsyms.
  virtual bool kernel_function_exists(std::string_view name) = 0;
  virtual bool kernel_module_loaded(std::string_view name) = 0;
  virtual std::optional<KernelPrototype> kernel_prototype(std::string_view function) = 0;
  // Byte offset of a member, following a path through nested structures: ("task_struct",
  // {"start_boottime"}).
  virtual std::optional<std::uint32_t> kernel_member_offset(
      std::string_view structure, const std::vector<std::string_view>& path) = 0;

  // A struct, union, enum or typedef by its name, the last as what it stands for; first in the
  // kernel, then in its modules. None for what the kernel merely declares.
  virtual std::optional<CType> kernel_type(CKind kind, std::string_view name) = 0;
  // What a definition of the kernel holds.
  virtual std::optional<CLayout> kernel_layout(DefinitionId definition) = 0;
  virtual std::optional<CConstant> kernel_constant(std::string_view name) = 0;
  // Types of BTF whose name, with its keyword, matches; sorted. One that the kernel has is not
  // looked for in modules.
  virtual Result<std::vector<KernelTypeText>> kernel_types(std::string_view pattern,
                                                           bool with_definition) = 0;
  // The address that /proc/kallsyms gives first for a symbol, of data too. Fails when there is
  // none, or when the kernel hides its addresses.
  virtual Result<std::uint64_t> kernel_symbol(std::string_view name) = 0;
  // The id of the cgroup of version 2 whose folder `path` is.
  virtual Result<std::uint64_t> cgroup_id(const std::string& path) = 0;

  // The files that an attach point's target names (spec/probes.md §14.1): a path, a name in PATH, a
  // library, a glob. `pid` is that of -p, 0 without. Never empty on success; each is a readable ELF
  // executable or library.
  virtual Result<std::vector<std::string>> resolve_target(std::string_view target,
                                                          std::uint32_t pid) = 0;
  // Other files that a bare program name may mean, further down in PATH than the one that
  // `resolve_target` gives.
  virtual std::vector<std::string> shadowed_targets(std::string_view target, std::uint32_t pid) = 0;
  // Where in the file the byte at a virtual address lies; none when no segment holds it.
  virtual Result<std::optional<std::uint64_t>> elf_file_offset(const std::string& path,
                                                               std::uint64_t address) = 0;
  // The function symbols of `path` whose name matches; sorted by name, each name once.
  virtual Result<std::vector<ElfFunction>> elf_functions(const std::string& path,
                                                         std::string_view name_pattern) = 0;

  // A variable of this name, or else a function; ENOENT when `path` has neither.
  virtual Result<ElfAddress> elf_address(const std::string& path, std::string_view name) = 0;
  // The virtual address in the file of the code at `file_offset`; none when the file is loaded at
  // its own addresses, so that nobody needs it to find out where that is.
  virtual Result<std::optional<std::uint64_t>> elf_movable_address(const std::string& path,
                                                                   std::uint64_t file_offset) = 0;

  virtual bool has(Capability capability) = 0;
  // Why `has` said no: the failed attempt and its errno's text.
  virtual std::string why_not(Capability capability) = 0;

  virtual const std::vector<std::uint32_t>& online_cpus() = 0;
  virtual std::uint32_t possible_cpu_count() = 0;
  virtual PidNamespace pid_namespace() = 0;
  virtual bool process_exists(std::uint32_t pid) = 0;
};

}  // namespace sonde
