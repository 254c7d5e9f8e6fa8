// A dummy software event per CPU with mmap records switched on: it counts nothing and costs the
// traced process one record per mapping of code. Inherited events cannot be mapped unless they are
// bound to a CPU, hence one ring each. Layout of the page and the records: perf_event_open(2),
// PERF_RECORD_MMAP2.
#include "runtime/kernel/mapping_watch.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>

#include "runtime/kernel/tasks.h"

namespace sonde::kernel {
namespace {

constexpr std::size_t kDataPages = 8;
// A descriptor for each thread on each CPU; what the others map is read from /proc while it lives.
constexpr std::size_t kMostTasks = 64;

std::size_t page_size() {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

struct Mmap2Record {
  perf_event_header header;
  std::uint32_t pid, tid;
  std::uint64_t address, length, file_offset;
  std::uint64_t file_identity[3];
  std::uint32_t protection, flags;
  // The path follows, ended by NUL.
};

void visit_record(const std::string& bytes, const std::function<void(const CodeMapping&)>& visit) {
  Mmap2Record record;
  if (bytes.size() <= sizeof record) return;
  std::memcpy(&record, bytes.data(), sizeof record);
  std::string_view path = std::string_view(bytes).substr(sizeof record);
  path = path.substr(0, path.find('\0'));
  visit({.pid = record.pid,
         .start = record.address,
         .end = record.address + record.length,
         .file_offset = record.file_offset,
         .path = path});
}

}  // namespace

Result<MappingWatch> MappingWatch::open(BpfSystem& system, std::uint32_t pid,
                                        const std::vector<std::uint32_t>& cpus) {
  MappingWatch watch;
  std::vector<int> tasks = tasks_of(pid);
  if (tasks.size() > kMostTasks) tasks.resize(kMostTasks);
  for (std::uint32_t cpu : cpus) {
    CpuRing ring;
    for (int task : tasks) {
      auto event = system.open_perf_event({.type = PERF_TYPE_SOFTWARE,
                                           .config = PERF_COUNT_SW_DUMMY,
                                           .is_inherited = true,
                                           .reports_mappings = true,
                                           .pid = task,
                                           .cpu = static_cast<int>(cpu)});
      bool has_ended = !event && event.error().code == ESRCH && tasks.size() > 1;
      if (has_ended) continue;
      if (!event) return std::move(event).error().context("watch mappings");
      if (ring.events.empty()) {
        TRY(ring.memory, system.map_memory(event->get(), (1 + kDataPages) * page_size(),
                                           PROT_READ | PROT_WRITE, 0));
      } else {
        TRY_DO(system.share_perf_ring(event->get(), ring.events.front().get()));
      }
      ring.events.push_back(*std::move(event));
    }
    if (!ring.events.empty()) watch.rings_.push_back(std::move(ring));
  }
  return watch;
}

void MappingWatch::read(const std::function<void(const CodeMapping&)>& visit) {
  for (CpuRing& ring : rings_) read_ring(ring, visit);
}

void MappingWatch::read_ring(CpuRing& ring, const std::function<void(const CodeMapping&)>& visit) {
  auto* page = reinterpret_cast<perf_event_mmap_page*>(ring.memory.data());
  const char* data = ring.memory.data() + page_size();
  const std::size_t size = kDataPages * page_size();
  std::atomic_ref<__u64> head(page->data_head);
  std::atomic_ref<__u64> tail(page->data_tail);
  std::uint64_t end = head.load(std::memory_order_acquire);
  std::uint64_t position = tail.load(std::memory_order_relaxed);
  auto copy = [&](std::uint64_t from, std::size_t length) {
    std::string bytes(length, '\0');
    for (std::size_t i = 0; i < length; ++i) bytes[i] = data[(from + i) % size];
    return bytes;
  };
  while (end - position >= sizeof(perf_event_header)) {
    perf_event_header header;
    std::string start = copy(position, sizeof header);
    std::memcpy(&header, start.data(), sizeof header);
    if (header.size < sizeof header || header.size > end - position) break;
    if (header.type == PERF_RECORD_MMAP2) visit_record(copy(position, header.size), visit);
    position += header.size;
  }
  tail.store(end, std::memory_order_release);
}

}  // namespace sonde::kernel
