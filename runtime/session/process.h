// TracedProcess: the process that -p names or -c starts. A child is created stopped, so that its
// number is known before the programs are loaded, and becomes its command when everything is
// attached; it never outlives the tool for long.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "lexer/base/result.h"
#include "lexer/base/unique_fd.h"

namespace sonde::session {

class TracedProcess {
 public:
  // ESRCH when there is no such process.
  static Result<TracedProcess> existing(std::uint32_t pid);
  // `command` is split at single spaces; its first word is a path or is looked up in PATH, and must
  // be an executable ELF file.
  static Result<TracedProcess> start_stopped(const std::string& command);

  TracedProcess(TracedProcess&&) noexcept = default;
  TracedProcess& operator=(TracedProcess&&) = delete;
  // A child that still runs is asked to end.
  ~TracedProcess();

  std::uint32_t pid() const { return pid_; }
  bool is_child() const { return is_child_; }
  // Readable once the process has ended.
  int exit_descriptor() const { return exit_.get(); }
  // The child becomes its command. The error is that of exec. Not for an existing process.
  Result<void> release();
  // SIGTERM, for a child that has not ended yet.
  void terminate();
  // The child's exit status or, as a negative number, the signal that ended it; none while it runs.
  std::optional<int> reap();

 private:
  TracedProcess(std::uint32_t pid, UniqueFd exit) : pid_(pid), exit_(std::move(exit)) {}

  std::uint32_t pid_;
  UniqueFd exit_;          // a pidfd
  UniqueFd gate_;          // child: written to let it exec
  UniqueFd exec_failure_;  // child: carries errno when exec fails, ends when it succeeds
  bool is_child_ = false;
};

}  // namespace sonde::session
