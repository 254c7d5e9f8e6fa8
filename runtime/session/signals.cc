// A handler rather than a signalfd: a blocked signal would stay unheard, the second one too, while
// the process sits in a write().
#include "runtime/session/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <initializer_list>

namespace sonde::session {
namespace {

// What the handler needs. The descriptor belongs to the StopSignals.
std::atomic<bool> has_arrived;
std::atomic<int> wake_up;
std::atomic<kernel::SharedControl*> programs;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
              std::atomic<kernel::SharedControl*>::is_always_lock_free);

void set_action(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  // Neither interrupts the handler of the other.
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  for (int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

void on_first(int) {
  int code = errno;
  set_action(SIG_DFL);
  has_arrived = true;
  if (kernel::SharedControl* control = programs) control->stop_programs();
  std::uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(wake_up, &one, sizeof one);
  errno = code;
}

}  // namespace

Result<StopSignals> StopSignals::watch() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return system_error("eventfd", errno);
  has_arrived = false;
  wake_up = fd.get();
  // A shell's background job starts with SIGINT ignored. It is asked for all the same.
  set_action(on_first);
  return StopSignals(std::move(fd));
}

StopSignals::~StopSignals() {
  if (!fd_) return;
  set_action(SIG_DFL);
  programs = nullptr;
}

void StopSignals::switch_off(kernel::SharedControl& control) {
  programs = &control;
}

bool StopSignals::arrived() const {
  return has_arrived;
}

}  // namespace sonde::session
