// FakeRing: the memory of a BPF ring buffer with a producer to be played by a test.
#pragma once

#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/kernel/ring.h"
#include "tests/unit/kernel/fake_system.h"

namespace sonde::kernel {

class FakeRing {
 public:
  // `size` is a power of two of whole pages.
  explicit FakeRing(std::uint32_t size)
      : FakeRing(UniqueFd(::memfd_create("ring", MFD_CLOEXEC)), size) {}
  // Plays the producer of a ring that a FakeSystem has made.
  FakeRing(int fd, std::uint32_t size) : FakeRing(UniqueFd(::dup(fd)), size) {}

  RingReader reader() {
    auto reader = RingReader::map(system_, fd_.get(), size_);
    EXPECT_TRUE(reader);
    return *std::move(reader);
  }
  // Returns where the record's header stands.
  std::uint64_t write(std::string_view text, std::uint32_t flags = 0) {
    std::uint64_t at = word(kPage);
    put(at, static_cast<std::uint32_t>(text.size()) | flags);
    put(at + 4, 0);
    for (std::size_t i = 0; i < text.size(); ++i) data(at + 8 + i) = text[i];
    word(kPage) = at + (text.size() + 8 + 7) / 8 * 8;
    return at;
  }
  void finish(std::uint64_t at, std::uint32_t length) { put(at, length); }
  std::uint64_t consumed() { return word(0); }

 private:
  static constexpr std::size_t kPage = 4096;
  FakeRing(UniqueFd fd, std::uint32_t size) : fd_(std::move(fd)), size_(size) {
    auto memory = system_.map_memory(fd_.get(), 2 * kPage + size, PROT_READ | PROT_WRITE, 0);
    EXPECT_TRUE(memory);
    memory_ = *std::move(memory);
  }
  std::uint64_t& word(std::size_t offset) {
    return *reinterpret_cast<std::uint64_t*>(memory_.data() + offset);
  }
  char& data(std::uint64_t position) { return memory_.data()[2 * kPage + position % size_]; }
  void put(std::uint64_t position, std::uint32_t value) {
    std::memcpy(&data(position), &value, sizeof value);
  }

  FakeSystem system_;
  UniqueFd fd_;
  std::uint32_t size_;
  MappedMemory memory_;
};

}  // namespace sonde::kernel
