// A dummy software event per CPU with mmap records switched on: it counts nothing and costs the
// traced process one record per mapping of code. Inherited events cannot be mapped unless they are
// bound to a CPU, hence one ring each. Layout of the page and the records: perf_event_open(2),
// PERF_RECORD_MMAP2.
#include "runtime/kernel/mapping_watch.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>

namespace sonde::kernel {
namespace {

constexpr std::size_t kDataPages = 8;

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

Result<MappingWatch> MappingWatch::open(std::uint32_t pid, const std::vector<std::uint32_t>& cpus) {
  MappingWatch watch;
  for (std::uint32_t cpu : cpus) {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_DUMMY;
    attributes.mmap = 1;
    attributes.mmap2 = 1;
    attributes.inherit = 1;
    UniqueFd event(
        static_cast<int>(::syscall(SYS_perf_event_open, &attributes, static_cast<pid_t>(pid),
                                   static_cast<int>(cpu), -1, PERF_FLAG_FD_CLOEXEC)));
    if (!event) return system_error("watch mappings: perf_event_open", errno);
    std::size_t size = (1 + kDataPages) * page_size();
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, event.get(), 0);
    if (memory == MAP_FAILED) return system_error("watch mappings: mmap", errno);
    watch.rings_.push_back({std::move(event), MappedMemory(memory, size)});
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
