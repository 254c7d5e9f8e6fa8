// The stop word and what makes it final. A program reads the word once, when it begins; programs
// run inside RCU read-side critical sections, so one grace period after the store none is left that
// read it as 0.
#include "runtime/kernel/control.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace sonde::kernel {
namespace {

template <typename T>
T& word(const MappedMemory& memory, std::size_t offset) {
  CHECK(offset + sizeof(T) <= memory.size());
  return *reinterpret_cast<T*>(memory.data() + offset);
}

}  // namespace

void SharedControl::stop_programs() {
  if (!memory_) return;
  std::atomic_ref(word<std::uint32_t>(memory_, offsetof(image::ControlBlock, stop))).store(1);
}

bool SharedControl::programs_stopped() const {
  if (!memory_) return false;
  return std::atomic_ref(word<std::uint32_t>(memory_, offsetof(image::ControlBlock, stop)))
             .load() != 0;
}

std::uint32_t SharedControl::unsent_exit_code() const {
  if (!memory_) return 0;
  return std::atomic_ref(word<std::uint32_t>(memory_, offsetof(image::ControlBlock, exit_code)))
      .load();
}

std::uint64_t SharedControl::lost(image::LossId loss) const {
  CHECK(to_index(loss) < losses_);
  std::size_t offset = sizeof(image::ControlBlock) + to_index(loss) * sizeof(std::uint64_t);
  return std::atomic_ref(word<std::uint64_t>(memory_, offset)).load(std::memory_order_relaxed);
}

void wait_for_running_programs() {
  if (::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0) return;
  // Kernels with `nohz_full` refuse it. No program of ours runs for anything near this long.
  timespec pause = {.tv_sec = 0, .tv_nsec = 30'000'000};
  while (::nanosleep(&pause, &pause) != 0 && errno == EINTR) continue;
}

}  // namespace sonde::kernel
