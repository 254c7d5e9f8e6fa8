// StopSignals: SIGINT and SIGTERM as a descriptor. The first of either is a request to stop, which
// switches the programs off and does not disturb what the process is doing; with it both have their
// default action again, so that a second one ends the process at once, even while it waits for a
// reader or a command. A run that
// ends for another reason never asks: Ctrl-C at a terminal reaches the traced child as well, whose
// end may be noticed before it.
#pragma once

#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"
#include "runtime/kernel/control.h"

namespace sonde::session {

// The signals are the process's: one of these at a time.
class StopSignals {
 public:
  static Result<StopSignals> watch();
  StopSignals(StopSignals&&) noexcept = default;
  StopSignals& operator=(StopSignals&&) = delete;
  // Both signals have their default action again.
  ~StopSignals();

  // Readable from the first signal on.
  int fd() const { return fd_.get(); }
  // Whether one has arrived, now or before.
  bool arrived() const;
  // From now on the first signal stops these programs itself: it may take the loop a while to see
  // it. `control` must stay where it is while this lives.
  void switch_off(kernel::SharedControl& control);

 private:
  explicit StopSignals(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace sonde::session
