// Blocking two signals and reading them from a signalfd instead.
#include "runtime/session/signals.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace sonde::session {

Result<StopSignals> StopSignals::watch() {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  UniqueFd fd(::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return system_error("signalfd", errno);
  ::pthread_sigmask(SIG_BLOCK, &stop, &before);
  // A shell's background job starts with SIGINT ignored. It is asked for all the same, and the
  // second one must work.
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  return StopSignals(std::move(fd), before);
}

StopSignals::StopSignals(StopSignals&& other) noexcept
    : fd_(std::move(other.fd_)), before_(other.before_), arrived_(other.arrived_) {}

StopSignals::~StopSignals() {
  give_back();
}

bool StopSignals::arrived() {
  signalfd_siginfo signal;
  if (fd_ && ::read(fd_.get(), &signal, sizeof signal) == sizeof signal) {
    arrived_ = true;
    give_back();
  }
  return arrived_;
}

void StopSignals::expect_no_more() {
  struct sigaction hear_once{};
  hear_once.sa_handler = [](int) {};
  hear_once.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &hear_once, nullptr);
  ::sigaction(SIGTERM, &hear_once, nullptr);
  give_back();
}

void StopSignals::give_back() {
  if (!fd_) return;
  fd_.reset();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace sonde::session
