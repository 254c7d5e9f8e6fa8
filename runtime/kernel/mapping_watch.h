// MappingWatch: the code that a process maps while it is traced, as the kernel reports it.
// /proc/PID/maps is gone with the process; what was seen here stays known, so the stacks of a
// short-lived child still get their symbols.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"
#include "runtime/kernel/system.h"

namespace sonde::kernel {

struct CodeMapping {
  std::uint32_t pid = 0;  // thread group id as the watcher's PID namespace numbers it
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::uint64_t file_offset = 0;
  std::string_view path;  // as the process sees it; valid during the visit
};

class MappingWatch {
 public:
  // Watches the threads that `pid` has now, and those and the processes that they make.
  static Result<MappingWatch> open(BpfSystem& system, std::uint32_t pid,
                                   const std::vector<std::uint32_t>& cpus);

  // What was mapped since the last call.
  void read(const std::function<void(const CodeMapping&)>& visit);

 private:
  struct CpuRing {
    std::vector<UniqueFd> events;  // one for each thread; the first is mapped
    MappedMemory memory;           // a perf_event_mmap_page, then kDataPages of records
  };
  static void read_ring(CpuRing& ring, const std::function<void(const CodeMapping&)>& visit);
  std::vector<CpuRing> rings_;
};

}  // namespace sonde::kernel
