// Between fork and exec only system calls are made. Signals are in the child as a shell would have
// left them, whatever the tool does about its own.
#include "runtime/output/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "lexer/base/child_process.h"
#include "lexer/base/concat.h"
#include "lexer/base/unique_fd.h"

namespace sonde::output {
namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;

// Up to `limit` bytes, until the end of the file or, of one that does not block, of what is there.
Result<std::string> read_all(int fd, std::uint64_t limit) {
  std::string text;
  char piece[kPieceBytes];
  while (text.size() < limit) {
    ssize_t got = ::read(fd, piece, std::min<std::uint64_t>(sizeof piece, limit - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got == 0 || (got < 0 && errno == EAGAIN)) break;
    if (got < 0) return system_error("read", errno);
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

[[noreturn]] void become_shell(const char* command, int output, pid_t parent) {
  settle_in_child(parent);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
  ::_exit(127);
}

Error failure(std::string message) {
  return {.message = std::move(message), .code = 0, .hint = {}};
}

}  // namespace

Result<std::string> read_start_of_file(const std::string& path, std::uint64_t limit) {
  // A pipe to which nobody writes, or a terminal, would hold up the whole run.
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file)
    return failure(concat("failed to open file '", path, "' (", std::strerror(errno), ')'));
  return read_all(file.get(), limit).context(path);
}

Result<std::string> run_in_shell(const std::string& command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe", errno);
  UniqueFd output(ends[0]), input(ends[1]);
  pid_t parent = ::getpid();
  pid_t pid = ::fork();
  if (pid < 0) return system_error("fork", errno);
  if (pid == 0) become_shell(command.c_str(), input.get(), parent);
  input.reset();
  auto text = read_all(output.get(), SIZE_MAX);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (!text) return std::move(text).error().context(command);
  if (WIFSIGNALED(status))
    return failure(concat("command was ended by signal ", WTERMSIG(status), ": ", command));
  if (WEXITSTATUS(status) != 0)
    return failure(concat("command exited with code ", WEXITSTATUS(status), ": ", command));
  return *std::move(text);
}

}  // namespace sonde::output
