// One attempt per capability. A helper is tried by a program that calls it with arguments that
// cannot be right: the verifier says that it does not know the helper, or that the arguments are
// wrong, and the second is a yes. A kind of link is tried with a target that cannot exist, for the
// same reason.
#include "runtime/kernel/capabilities.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <cstring>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "runtime/kernel/links.h"
#include "runtime/kernel/system.h"

namespace sonde::kernel {
namespace {

constexpr bpf_insn instruction(std::uint8_t code, std::int32_t immediate) {
  return {.code = code, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = immediate};
}
constexpr bpf_insn kReturnZero[] = {instruction(BPF_ALU64 | BPF_MOV | BPF_K, 0),
                                    instruction(BPF_JMP | BPF_EXIT, 0)};

ProgramSpec tiny_program(std::uint32_t type, std::uint32_t attach_type) {
  ProgramSpec spec;
  spec.name = "capability";
  spec.type = type;
  spec.expected_attach_type = attach_type;
  spec.license = "GPL";
  spec.instructions.assign(reinterpret_cast<const char*>(kReturnZero), sizeof kReturnZero);
  return spec;
}

Result<void> try_program(std::uint32_t type) {
  TRY(UniqueFd program, running_kernel().load_program(tiny_program(type, 0), {}));
  return {};
}

Result<void> try_map(std::uint32_t type, std::uint32_t size, std::uint32_t entries,
                     std::uint32_t flags) {
  TRY(UniqueFd map, running_kernel().create_map({.name = "capability",
                                                 .type = type,
                                                 .key_size = size,
                                                 .value_size = size,
                                                 .max_entries = entries,
                                                 .flags = flags}));
  return {};
}

Result<void> try_helper(std::uint32_t type, std::int32_t helper) {
  bpf_insn code[] = {instruction(BPF_JMP | BPF_CALL, helper), kReturnZero[0], kReturnZero[1]};
  ProgramSpec spec = tiny_program(type, 0);
  spec.instructions.assign(reinterpret_cast<const char*>(code), sizeof code);
  char log[4096] = {};
  auto program = running_kernel().load_program(spec, log);
  if (program) return {};
  std::string_view said(log);
  // The verifier's words for a helper that it does not know, or not for programs of this type.
  bool is_unknown = said.find("invalid func") != said.npos ||
                    said.find("unknown func") != said.npos ||
                    said.find("cannot use helper") != said.npos;
  if (said.empty()) return std::move(program).error();
  if (is_unknown)
    return Error{.message = concat("call helper ", helper, ": unknown to the kernel"),
                 .code = EINVAL,
                 .hint = {}};
  return {};
}

Result<void> try_file(const char* path) {
  if (::access(path, R_OK) != 0) return system_error(path, errno);
  return {};
}

// Such a link refuses its target with `expected` where the kernel has such links, and with another
// error where it has not.
Result<void> expect_refusal(const Result<UniqueFd>& link, int expected) {
  if (link || link.error().code == expected) return {};
  return link.error();
}

template <Capability>
Result<void> attempt();

#define ATTEMPT(id) \
  template <>       \
  Result<void> attempt<Capability::id>()

ATTEMPT(kRingBuffer) {
  auto page = static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE));
  return try_map(BPF_MAP_TYPE_RINGBUF, 0, page, 0);
}
ATTEMPT(kRingBufferQuery) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_ringbuf_query);
}
ATTEMPT(kBootClock) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_ktime_get_boot_ns);
}
ATTEMPT(kTaiClock) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_ktime_get_tai_ns);
}
ATTEMPT(kNamespacePid) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_get_ns_current_pid_tgid);
}
ATTEMPT(kLookupPercpu) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_map_lookup_percpu_elem);
}
ATTEMPT(kLoop) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_loop);
}
ATTEMPT(kForEachMapElem) {
  return try_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_for_each_map_elem);
}
ATTEMPT(kFuncIp) {
  return try_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_get_func_ip);
}
ATTEMPT(kBtf) {
  return try_file("/sys/kernel/btf/vmlinux");
}
ATTEMPT(kModuleBtf) {
  DIR* folder = ::opendir("/sys/kernel/btf");
  if (folder == nullptr) return system_error("/sys/kernel/btf", errno);
  bool has_module = false;
  while (const dirent* entry = ::readdir(folder))
    has_module |= entry->d_name[0] != '.' && std::strcmp(entry->d_name, "vmlinux") != 0;
  ::closedir(folder);
  if (has_module) return {};
  return Error{
      .message = "/sys/kernel/btf: no module's types are there", .code = ENOENT, .hint = {}};
}
ATTEMPT(kMmapableArray) {
  return try_map(BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), 1, BPF_F_MMAPABLE);
}
ATTEMPT(kBatchLookup) {
  TRY(UniqueFd map, running_kernel().create_map({.name = "capability",
                                                 .type = BPF_MAP_TYPE_HASH,
                                                 .key_size = sizeof(std::uint32_t),
                                                 .value_size = sizeof(std::uint32_t),
                                                 .max_entries = 1}));
  std::uint32_t cursor, key, value, count = 1;
  int result = bpf_map_lookup_batch(map.get(), nullptr, &cursor, &key, &value, &count, nullptr);
  if (result == 0 || result == -ENOENT) return {};
  return system_error("look up elements of a map in one call", -result);
}
ATTEMPT(kTracefs) {
  if (try_file("/sys/kernel/debug/tracing/events")) return {};
  return try_file("/sys/kernel/tracing/events");
}
ATTEMPT(kTracepoint) {
  return try_program(BPF_PROG_TYPE_TRACEPOINT);
}
ATTEMPT(kRawTracepoint) {
  TRY(UniqueFd program,
      running_kernel().load_program(tiny_program(BPF_PROG_TYPE_RAW_TRACEPOINT, 0), {}));
  return expect_refusal(running_kernel().open_raw_tracepoint(program.get(), "no such event"),
                        ENOENT);
}
// Type 1 of the kernel's BTF is no tracepoint: a kernel with such programs complains about just
// that.
ATTEMPT(kBtfTracepoint) {
  char log[4096] = {};
  ProgramSpec spec = tiny_program(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP);
  spec.attach_btf_id = 1;
  auto program = running_kernel().load_program(spec, log);
  if (program || std::string_view(log).find("attach_btf_id") != std::string_view::npos) return {};
  return std::move(program).error();
}
ATTEMPT(kKprobe) {
  return try_file("/sys/bus/event_source/devices/kprobe/type");
}
ATTEMPT(kKprobeMulti) {
  TRY(UniqueFd program,
      running_kernel().load_program(
          tiny_program(BPF_PROG_TYPE_KPROBE, expected_attach_type(Strategy::kKprobeMulti)), {}));
  return expect_refusal(
      running_kernel().link_kprobe_multi(program.get(), {"no_such_function"}, false), ESRCH);
}
ATTEMPT(kUprobe) {
  return try_file("/sys/bus/event_source/devices/uprobe/type");
}
ATTEMPT(kUprobeMulti) {
  TRY(UniqueFd program,
      running_kernel().load_program(
          tiny_program(BPF_PROG_TYPE_KPROBE, expected_attach_type(Strategy::kUprobeMulti)), {}));
  std::uint64_t offset = 1;
  return expect_refusal(
      running_kernel().link_uprobe_multi(program.get(), "/", {&offset, 1}, false, 0), EBADF);
}
ATTEMPT(kPerfEvent) {
  TRY_DO(try_program(BPF_PROG_TYPE_PERF_EVENT));
  TRY(UniqueFd event, running_kernel().open_perf_event({.type = PERF_TYPE_SOFTWARE,
                                                        .config = PERF_COUNT_SW_CPU_CLOCK,
                                                        .period = 1'000'000'000,
                                                        .starts_disabled = true,
                                                        .pid = 0}));
  return {};
}
#undef ATTEMPT

constexpr Result<void> (*kAttempts[])() = {
#define CAPABILITY(id, ...) &attempt<Capability::id>,
#include "stdlib/capabilities.def"
#undef CAPABILITY
};

}  // namespace

Result<void> probe_capability(Capability capability) {
  return kAttempts[to_index(capability)]();
}

std::uint32_t instruction_limit() {
  constexpr std::uint32_t kOlder = BPF_MAXINSNS, kSince52 = 1'000'000;
  ProgramSpec spec = tiny_program(BPF_PROG_TYPE_RAW_TRACEPOINT, 0);
  std::vector<bpf_insn> code(kOlder, kReturnZero[0]);
  code.push_back(kReturnZero[1]);
  spec.instructions.assign(reinterpret_cast<const char*>(code.data()),
                           code.size() * sizeof(bpf_insn));
  return running_kernel().load_program(spec, {}) ? kSince52 : kOlder;
}

}  // namespace sonde::kernel
