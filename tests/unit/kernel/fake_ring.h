// FakeRing: the memory of a BPF ring buffer with a producer to be played by a test.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "tests/unit/kernel/fake_system.h"

namespace sonde::kernel {

class FakeRing {
 public:
  // The ring behind `fd` of `system`; `size` is a power of two of whole pages.
  FakeRing(FakeSystem& system, int fd, std::uint32_t size)
      : memory_(system.memory_of(fd)), size_(size) {}

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
  std::uint64_t& word(std::size_t offset) {
    return *reinterpret_cast<std::uint64_t*>(memory_ + offset);
  }
  char& data(std::uint64_t position) { return memory_[2 * kPage + position % size_]; }
  void put(std::uint64_t position, std::uint32_t value) {
    std::memcpy(&data(position), &value, sizeof value);
  }

  char* memory_;
  std::uint32_t size_;
};

}  // namespace sonde::kernel
