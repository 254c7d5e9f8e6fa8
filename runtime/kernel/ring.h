// RingReader: the consumer's side of a BPF ring buffer, in our own mapping. The kernel offers the
// data pages twice in a row so that no record is ever split; that would count twice against
// resident memory, so they are mapped once, and the rare record that wraps is put together in a
// buffer. Layout and protocol: the kernel's Documentation/bpf/ringbuf.rst.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/kernel/system.h"

namespace sonde::kernel {

class RingReader {
 public:
  // `size` is the map's max_entries; the ring's descriptor stays with its owner.
  static Result<RingReader> map(BpfSystem& system, int fd, std::uint32_t size);

  // The next record that is complete, valid until the next call; false when there is none yet.
  // Records come in the order in which they were reserved: one that is still being written holds up
  // those behind it.
  bool next(std::string_view& record);
  // Where the next reservation will begin; what next() has passed can be compared with it.
  std::uint64_t end_position() const;
  std::uint64_t position() const { return position_; }
  // Signals the descriptor to poll for records.
  int fd() const { return fd_; }

 private:
  RingReader(int fd, std::uint32_t size, MappedMemory consumer, MappedMemory producer)
      : fd_(fd), size_(size), consumer_(std::move(consumer)), producer_(std::move(producer)) {}
  const char* data() const;
  void publish();
  // The next complete record, past discarded ones.
  bool take(std::string_view& record);

  int fd_;
  std::uint32_t size_;
  std::uint64_t position_ = 0;
  MappedMemory consumer_;
  MappedMemory producer_;  // its page, then the data
  std::string wrapped_;
};

}  // namespace sonde::kernel
