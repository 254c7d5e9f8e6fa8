// Reading a ring. A record is passed, and its room given back to the producers, only when the next
// one is asked for: until then its bytes cannot change.
#include "runtime/kernel/ring.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "lexer/base/round_up.h"

namespace sonde::kernel {
namespace {

std::size_t page_size() {
  static const std::size_t size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

std::uint64_t& position_word(const MappedMemory& memory) {
  return *reinterpret_cast<std::uint64_t*>(memory.data());
}

std::uint64_t record_span(std::uint32_t length) {
  return round_up(std::uint64_t{length} + BPF_RINGBUF_HDR_SZ, 8);
}

}  // namespace

Result<RingReader> RingReader::map(BpfSystem& system, int fd, std::uint32_t size) {
  TRY(MappedMemory consumer, system.map_memory(fd, page_size(), PROT_READ | PROT_WRITE, 0));
  TRY(MappedMemory producer, system.map_memory(fd, page_size() + size, PROT_READ, page_size()));
  return RingReader(fd, size, std::move(consumer), std::move(producer));
}

const char* RingReader::data() const {
  return producer_.data() + page_size();
}

std::uint64_t RingReader::end_position() const {
  return std::atomic_ref(position_word(producer_)).load(std::memory_order_acquire);
}

void RingReader::publish() {
  std::atomic_ref(position_word(consumer_)).store(position_, std::memory_order_release);
}

// The kernel wakes up a reader when a record is finished at the position that the reader has
// published. Without the fence our load could overtake our store: the record would not be seen
// here, the kernel would still see the older position, and nobody would ever wake us up.
bool RingReader::next(std::string_view& record) {
  publish();
  if (take(record)) return true;
  std::uint64_t before;
  do {
    before = position_;
    publish();
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (take(record)) return true;
  } while (position_ != before);  // discarded records
  return false;
}

bool RingReader::take(std::string_view& record) {
  std::uint64_t end = end_position();
  while (position_ < end) {
    std::uint64_t at = position_ % size_;
    auto& header = *reinterpret_cast<std::uint32_t*>(const_cast<char*>(data()) + at);
    std::uint32_t word = std::atomic_ref(header).load(std::memory_order_acquire);
    if ((word & BPF_RINGBUF_BUSY_BIT) != 0) return false;
    std::uint32_t length = word & ~BPF_RINGBUF_DISCARD_BIT;
    position_ += record_span(length);
    if ((word & BPF_RINGBUF_DISCARD_BIT) != 0) continue;
    std::uint64_t start = (at + BPF_RINGBUF_HDR_SZ) % size_;
    if (start + length <= size_) {
      record = {data() + start, length};
    } else {
      wrapped_.assign(data() + start, size_ - start);
      wrapped_.append(data(), length - (size_ - start));
      record = wrapped_;
    }
    return true;
  }
  return false;
}

}  // namespace sonde::kernel
