// Departure: the descriptors that the kernel is slow to let go of, and how the process goes without
// waiting for them. By the time one is added nothing runs through it any more; what is left is the
// kernel's own tidying, a grace period or two each: side by side for links to perf events, one
// after the other for the events. leave() ends the process at once and leaves the closing to a
// child that shares the table of descriptors; a Departure that is destroyed instead closes them
// here.
#pragma once

#include <vector>

#include "lexer/base/unique_fd.h"

namespace sonde::kernel {

class Departure {
 public:
  Departure() = default;
  Departure(Departure&&) = default;
  Departure& operator=(Departure&&) = default;

  void add(std::vector<UniqueFd> links, std::vector<UniqueFd> events);
  // Ends the process with `status`, as _exit does: everything that is to be written must have been.
  // Whoever reads the standard streams, or any other descriptor of the process, sees their end at
  // once.
  [[noreturn]] void leave(int status);

 private:
  // Closed in this order. An event whose link is open stays in use, so links go first.
  std::vector<UniqueFd> links_;
  std::vector<UniqueFd> events_;
};

}  // namespace sonde::kernel
