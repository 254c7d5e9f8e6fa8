// BpfSystem: the system calls through which a session changes the kernel, and nothing else.
// Start-up goes through this seam alone, so that a test can make each of its steps fail and see
// that nothing is left behind; what only reads or writes elements of maps that exist already does
// not (maps.h). No decision is taken here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"

namespace sonde::kernel {

// A mapping that ends with its owner.
class MappedMemory {
 public:
  MappedMemory() = default;
  MappedMemory(void* start, std::size_t size) : start_(start), size_(size) {}
  MappedMemory(MappedMemory&& other) noexcept;
  MappedMemory& operator=(MappedMemory&& other) noexcept;
  ~MappedMemory();

  explicit operator bool() const { return start_ != nullptr; }
  char* data() const { return static_cast<char*>(start_); }
  std::size_t size() const { return size_; }

 private:
  void* start_ = nullptr;
  std::size_t size_ = 0;
};

struct MapSpec {
  std::string name;  // at most 15 bytes: letters, digits, `_`, `.`
  std::uint32_t type = 0;
  std::uint32_t key_size = 0;
  std::uint32_t value_size = 0;
  std::uint32_t max_entries = 0;
  std::uint32_t flags = 0;
};

struct ProgramSpec {
  std::string name;  // as for a map
  std::uint32_t type = 0;
  std::uint32_t expected_attach_type = 0;
  bool logs_everything = false;     // of an accepted program too, where there is a log
  std::uint32_t attach_btf_id = 0;  // of tracing programs: what they attach to
  std::string license;
  std::string instructions;  // of 8 bytes each
  int btf = -1;
  std::string func_info{}, line_info{};  // records of the sizes below, offsets in instructions
  std::uint32_t func_info_record = 0, line_info_record = 0;
};

struct PerfEventSpec {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
  std::uint64_t config1 = 0;
  std::uint64_t config2 = 0;
  std::uint64_t period = 0;  // or firings a second
  bool is_frequency = false;
  bool starts_disabled = false;
  bool is_inherited = false;      // by threads and processes that the target makes later
  bool reports_mappings = false;  // PERF_RECORD_MMAP2 in the event's ring
  int pid = -1;
  int cpu = -1;
};

inline constexpr std::uint32_t kUprobeMultiAttach = 48;  // BPF_TRACE_UPROBE_MULTI, from 6.6 on

class BpfSystem {
 public:
  virtual ~BpfSystem() = default;

  virtual Result<UniqueFd> create_map(const MapSpec& spec) = 0;
  virtual Result<void> update_element(int map, const void* key, const void* value) = 0;
  virtual Result<void> freeze_map(int map) = 0;
  // `protection` is PROT_READ or PROT_READ | PROT_WRITE; the mapping is shared.
  virtual Result<MappedMemory> map_memory(int fd, std::size_t size, int protection,
                                          std::uint64_t offset) = 0;
  virtual Result<UniqueFd> load_btf(std::string_view btf) = 0;
  // With a log of any size the verifier says what it does. ENOSPC: the program is refused because
  // the log is too small.
  virtual Result<UniqueFd> load_program(const ProgramSpec& spec, std::span<char> log) = 0;
  virtual Result<void> run_once(int program) = 0;

  virtual Result<UniqueFd> open_raw_tracepoint(int program, const std::string& event) = 0;
  virtual Result<UniqueFd> open_perf_event(const PerfEventSpec& spec) = 0;
  // Kernels before 5.15 have no such link: they give EINVAL.
  virtual Result<UniqueFd> link_perf_event(int program, int event) = 0;
  virtual Result<void> set_perf_program(int program, int event) = 0;
  virtual Result<void> enable_perf_event(int event) = 0;
  // What `event` records goes to the ring that the event `owner` of the same CPU is mapped with.
  virtual Result<void> share_perf_ring(int event, int owner) = 0;
  virtual Result<UniqueFd> link_kprobe_multi(int program, const std::vector<std::string>& functions,
                                             bool is_return) = 0;
  virtual Result<UniqueFd> link_uprobe_multi(int program, const std::string& path,
                                             std::span<const std::uint64_t> offsets, bool is_return,
                                             std::uint32_t pid) = 0;
};

// The kernel that runs.
BpfSystem& running_kernel();

}  // namespace sonde::kernel
