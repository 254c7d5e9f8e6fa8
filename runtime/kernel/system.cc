// The running kernel behind BpfSystem: bpf(), perf_event_open(), ioctl() and mmap(), each called as
// the kernel's headers describe it. This is the only file that knows the layouts of links which
// Debian 12's <linux/bpf.h> does not have yet; they follow the kernel's own <uapi/linux/bpf.h>,
// where such layouts never change once released.
#include "runtime/kernel/system.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

namespace sonde::kernel {
namespace {

constexpr std::uint32_t kUprobeMultiReturn = 1u << 0;  // BPF_F_UPROBE_MULTI_RETURN

// The arguments of BPF_LINK_CREATE for BPF_TRACE_UPROBE_MULTI, from kernel 6.6 on.
struct UprobeMultiAttributes {
  std::uint32_t program;
  std::uint32_t target;
  std::uint32_t attach_type;
  std::uint32_t flags;
  std::uint64_t path;
  std::uint64_t offsets;
  std::uint64_t reference_counters;
  std::uint64_t cookies;
  std::uint32_t count;
  std::uint32_t multi_flags;
  std::uint32_t pid;
  std::uint32_t reserved;
};
// The reserved word lies behind the last field that the kernel knows, and is 0 as it asks.
static_assert(offsetof(UprobeMultiAttributes, path) == 16);

std::uint64_t address(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

void copy_name(char (&field)[BPF_OBJ_NAME_LEN], const std::string& name) {
  name.copy(field, BPF_OBJ_NAME_LEN - 1);
}

Result<int> bpf(int command, void* attributes, std::size_t size, const char* action) {
  constexpr int kMostAttempts = 5;  // the verifier gives EAGAIN when a signal interrupts it
  for (int attempt = 1;; ++attempt) {
    long result = ::syscall(SYS_bpf, command, attributes, size);
    if (result >= 0) return static_cast<int>(result);
    if (errno != EAGAIN || attempt == kMostAttempts) return system_error(action, errno);
  }
}

Result<UniqueFd> bpf_fd(int command, void* attributes, std::size_t size, const char* action) {
  TRY(int fd, bpf(command, attributes, size, action));
  return UniqueFd(fd);
}

class RunningKernel final : public BpfSystem {
 public:
  Result<UniqueFd> create_map(const MapSpec& spec) override {
    bpf_attr attributes{};
    attributes.map_type = spec.type;
    attributes.key_size = spec.key_size;
    attributes.value_size = spec.value_size;
    attributes.max_entries = spec.max_entries;
    attributes.map_flags = spec.flags;
    copy_name(attributes.map_name, spec.name);
    auto map = bpf_fd(BPF_MAP_CREATE, &attributes, sizeof attributes, "create map");
    if (map || map.error().code != EPERM) return map;
    // Before 5.11 maps counted against this limit; later kernels charge them to the control group
    // and need nothing.
    rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_MEMLOCK, &unlimited) != 0) return map;
    return bpf_fd(BPF_MAP_CREATE, &attributes, sizeof attributes, "create map");
  }

  Result<void> update_element(int map, const void* key, const void* value) override {
    bpf_attr attributes{};
    attributes.map_fd = static_cast<std::uint32_t>(map);
    attributes.key = address(key);
    attributes.value = address(value);
    TRY_DO(done(bpf(BPF_MAP_UPDATE_ELEM, &attributes, sizeof attributes, "fill map")));
    return {};
  }

  Result<void> freeze_map(int map) override {
    bpf_attr attributes{};
    attributes.map_fd = static_cast<std::uint32_t>(map);
    return done(bpf(BPF_MAP_FREEZE, &attributes, sizeof attributes, "freeze map"));
  }

  Result<MappedMemory> map_memory(int fd, std::size_t size, int protection,
                                  std::uint64_t offset) override {
    void* start = ::mmap(nullptr, size, protection, MAP_SHARED, fd, static_cast<off_t>(offset));
    if (start == MAP_FAILED) return system_error("map memory", errno);
    return MappedMemory(start, size);
  }

  Result<UniqueFd> load_btf(std::string_view btf) override {
    bpf_attr attributes{};
    attributes.btf = address(btf.data());
    attributes.btf_size = static_cast<std::uint32_t>(btf.size());
    return bpf_fd(BPF_BTF_LOAD, &attributes, sizeof attributes, "load BTF");
  }

  Result<UniqueFd> load_program(const ProgramSpec& spec, std::span<char> log) override {
    bpf_attr attributes{};
    attributes.prog_type = spec.type;
    attributes.expected_attach_type = spec.expected_attach_type;
    attributes.attach_btf_id = spec.attach_btf_id;
    attributes.insns = address(spec.instructions.data());
    attributes.insn_cnt = static_cast<std::uint32_t>(spec.instructions.size() / sizeof(bpf_insn));
    attributes.license = address(spec.license.c_str());
    copy_name(attributes.prog_name, spec.name);
    if (spec.btf >= 0) {
      attributes.prog_btf_fd = static_cast<std::uint32_t>(spec.btf);
      if (spec.func_info_record != 0) {
        attributes.func_info = address(spec.func_info.data());
        attributes.func_info_rec_size = spec.func_info_record;
        attributes.func_info_cnt =
            static_cast<std::uint32_t>(spec.func_info.size() / spec.func_info_record);
      }
      if (spec.line_info_record != 0) {
        attributes.line_info = address(spec.line_info.data());
        attributes.line_info_rec_size = spec.line_info_record;
        attributes.line_info_cnt =
            static_cast<std::uint32_t>(spec.line_info.size() / spec.line_info_record);
      }
    }
    if (!log.empty()) {
      attributes.log_level = spec.logs_everything ? 2 : 1;
      attributes.log_buf = address(log.data());
      attributes.log_size = static_cast<std::uint32_t>(log.size());
    }
    return bpf_fd(BPF_PROG_LOAD, &attributes, sizeof attributes, "load program");
  }

  Result<void> run_once(int program) override {
    bpf_attr attributes{};
    attributes.test.prog_fd = static_cast<std::uint32_t>(program);
    return done(bpf(BPF_PROG_TEST_RUN, &attributes, sizeof attributes, "run program"));
  }

  Result<UniqueFd> open_raw_tracepoint(int program, const std::string& event) override {
    bpf_attr attributes{};
    attributes.raw_tracepoint.name = address(event.c_str());
    attributes.raw_tracepoint.prog_fd = static_cast<std::uint32_t>(program);
    return bpf_fd(BPF_RAW_TRACEPOINT_OPEN, &attributes, sizeof attributes, "open raw tracepoint");
  }

  Result<UniqueFd> open_perf_event(const PerfEventSpec& spec) override {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = spec.type;
    attributes.config = spec.config;
    attributes.config1 = spec.config1;
    attributes.config2 = spec.config2;
    attributes.sample_period = spec.period;
    attributes.freq = spec.is_frequency;
    attributes.disabled = spec.starts_disabled;
    attributes.inherit = spec.is_inherited;
    attributes.mmap = spec.reports_mappings;
    attributes.mmap2 = spec.reports_mappings;
    long fd =
        ::syscall(SYS_perf_event_open, &attributes, spec.pid, spec.cpu, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0) return system_error("perf_event_open", errno);
    return UniqueFd(static_cast<int>(fd));
  }

  Result<UniqueFd> link_perf_event(int program, int event) override {
    bpf_attr attributes{};
    attributes.link_create.prog_fd = static_cast<std::uint32_t>(program);
    attributes.link_create.target_fd = static_cast<std::uint32_t>(event);
    attributes.link_create.attach_type = BPF_PERF_EVENT;
    return bpf_fd(BPF_LINK_CREATE, &attributes, sizeof attributes, "link perf event");
  }

  Result<void> set_perf_program(int program, int event) override {
    if (::ioctl(event, PERF_EVENT_IOC_SET_BPF, program) != 0)
      return system_error("set program of perf event", errno);
    return {};
  }

  Result<void> enable_perf_event(int event) override {
    if (::ioctl(event, PERF_EVENT_IOC_ENABLE, 0) != 0)
      return system_error("enable perf event", errno);
    return {};
  }

  Result<void> share_perf_ring(int event, int owner) override {
    if (::ioctl(event, PERF_EVENT_IOC_SET_OUTPUT, owner) != 0)
      return system_error("share ring of perf event", errno);
    return {};
  }

  Result<UniqueFd> link_kprobe_multi(int program, const std::vector<std::string>& functions,
                                     bool is_return) override {
    std::vector<const char*> names;
    names.reserve(functions.size());
    for (const std::string& function : functions) names.push_back(function.c_str());
    bpf_attr attributes{};
    attributes.link_create.prog_fd = static_cast<std::uint32_t>(program);
    attributes.link_create.attach_type = BPF_TRACE_KPROBE_MULTI;
    attributes.link_create.kprobe_multi.flags = is_return ? BPF_F_KPROBE_MULTI_RETURN : 0;
    attributes.link_create.kprobe_multi.cnt = static_cast<std::uint32_t>(names.size());
    attributes.link_create.kprobe_multi.syms = address(names.data());
    return bpf_fd(BPF_LINK_CREATE, &attributes, sizeof attributes, "link kprobes");
  }

  Result<UniqueFd> link_uprobe_multi(int program, const std::string& path,
                                     std::span<const std::uint64_t> offsets, bool is_return,
                                     std::uint32_t pid) override {
    UprobeMultiAttributes attributes{};
    attributes.program = static_cast<std::uint32_t>(program);
    attributes.attach_type = kUprobeMultiAttach;
    attributes.path = address(path.c_str());
    attributes.offsets = address(offsets.data());
    attributes.count = static_cast<std::uint32_t>(offsets.size());
    attributes.multi_flags = is_return ? kUprobeMultiReturn : 0;
    attributes.pid = pid;
    return bpf_fd(BPF_LINK_CREATE, &attributes, sizeof attributes, "link uprobes");
  }

 private:
  static Result<void> done(Result<int> result) {
    if (!result) return std::move(result).error();
    return {};
  }
};

}  // namespace

MappedMemory::MappedMemory(MappedMemory&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedMemory& MappedMemory::operator=(MappedMemory&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
  return *this;
}

MappedMemory::~MappedMemory() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

BpfSystem& running_kernel() {
  static RunningKernel kernel;
  return kernel;
}

}  // namespace sonde::kernel
