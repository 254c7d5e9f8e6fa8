// Why not let the kernel close everything when the process ends: it closes one descriptor after the
// other, and the process is not gone, nor its pipes at their end, before the last; 100 tracepoints
// take eight seconds. Links closed at the same time share their grace periods, so the child closes
// them from many tasks of its own.
//
// The child is made by clone(CLONE_FILES): one table of descriptors, which lives as long as either
// of them. So the child begins by closing, for both, whatever is not its business; the parent has
// nothing left to say then. It gets no signal when it ends and nobody waits for it.
#include "runtime/kernel/departure.h"

#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace sonde::kernel {
namespace {

constexpr std::size_t kMostClosers = 32;
constexpr std::size_t kCloserStack = 16 << 10;

// The share of one closer: every `stride`th number from `first` on.
struct Share {
  const std::vector<int>* numbers;
  std::size_t first;
  std::size_t stride;

  void close() const {
    for (std::size_t i = first; i < numbers->size(); i += stride)
      ::syscall(SYS_close, (*numbers)[i]);
  }
};

// Runs on a bare stack beside its siblings: nothing but system calls.
int close_share(void* argument) {
  static_cast<const Share*>(argument)->close();
  ::syscall(SYS_exit, 0);
  return 0;
}

void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned next = 0;
  for (int fd : kept) {
    auto number = static_cast<unsigned>(fd);
    if (number > next) ::syscall(SYS_close_range, next, number - 1, 0);
    next = number + 1;
  }
  ::syscall(SYS_close_range, next, UINT_MAX, 0);
}

void close_side_by_side(const std::vector<int>& numbers) {
  std::size_t closers = std::min(kMostClosers, numbers.size());
  void* stacks = ::mmap(nullptr, closers * kCloserStack, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  static Share shares[kMostClosers];
  for (std::size_t i = 0; i < closers; ++i) {
    shares[i] = {&numbers, i, closers};
    char* top = static_cast<char*>(stacks) + (i + 1) * kCloserStack;
    constexpr int kThread = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    if (stacks == MAP_FAILED || ::clone(close_share, top, kThread, &shares[i]) < 0)
      shares[i].close();
  }
}

}  // namespace

void Departure::add(std::vector<UniqueFd> links, std::vector<UniqueFd> events) {
  std::ranges::move(links, std::back_inserter(links_));
  std::ranges::move(events, std::back_inserter(events_));
}

void Departure::leave(int status) {
  std::vector<int> numbers;
  for (const UniqueFd& link : links_) numbers.push_back(link.get());
  for (const UniqueFd& event : events_) numbers.push_back(event.get());
  if (numbers.empty()) ::_exit(status);
  long child = ::syscall(SYS_clone, CLONE_FILES, nullptr, nullptr, nullptr, nullptr);
  if (child != 0) ::_exit(status);
  close_all_but(numbers);
  // A second Ctrl-C at the terminal is not meant for this.
  ::signal(SIGINT, SIG_IGN);
  ::prctl(PR_SET_NAME, "sonde-detach");
  close_side_by_side(numbers);
  // The closers share this process: it is gone when the last of them is.
  ::syscall(SYS_exit, 0);
  __builtin_unreachable();
}

}  // namespace sonde::kernel
