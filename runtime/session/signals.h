// StopSignals: SIGINT and SIGTERM as a descriptor. The first of either is a request to stop; from
// the moment it is noticed both have their default action again, so that a second one ends the
// process at once whatever it is doing. A run that ends for another reason takes the first as
// heard: Ctrl-C at a terminal reaches the traced child as well, whose end may be noticed before it.
#pragma once

#include <signal.h>

#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"

namespace sonde::session {

class StopSignals {
 public:
  static Result<StopSignals> watch();
  StopSignals(StopSignals&&) noexcept;
  StopSignals& operator=(StopSignals&&) = delete;
  ~StopSignals();

  int fd() const { return fd_.get(); }
  // Whether one has arrived, now or before.
  bool arrived();
  // The run ends anyway.
  void expect_no_more();

 private:
  StopSignals(UniqueFd fd, sigset_t before) : fd_(std::move(fd)), before_(before) {}
  void give_back();

  UniqueFd fd_;
  sigset_t before_;  // the mask to restore
  bool arrived_ = false;
};

}  // namespace sonde::session
