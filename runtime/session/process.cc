// Starting a child. Between fork and exec it only makes system calls that are safe there: it waits
// for one byte, and says errno through a close-on-exec pipe when exec fails. A pidfd stands for
// either kind of process, so no number is ever used after another process may have taken it.
#include "runtime/session/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "lexer/base/child_process.h"
#include "lexer/base/concat.h"

namespace sonde::session {
namespace {

// Milliseconds that a child has to end after SIGTERM: with us it is killed. What the run has to say
// has been printed by then.
constexpr int kReapPatience = 500;

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<UniqueFd> open_pidfd(pid_t pid) {
  long fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) return system_error(concat("process ", pid), errno);
  return UniqueFd(static_cast<int>(fd));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_script(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char magic[2];
  return file && ::read(file.get(), magic, sizeof magic) == sizeof magic &&
         std::memcmp(magic, "#!", sizeof magic) == 0;
}

bool is_executable_elf(const std::string& path, struct stat& status) {
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (::access(path.c_str(), X_OK) != 0) return false;
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char magic[4];
  return file && ::read(file.get(), magic, sizeof magic) == sizeof magic &&
         std::memcmp(magic, "\177ELF", sizeof magic) == 0;
}

Result<std::string> find_command(const std::string& word) {
  struct stat status{};
  if (word.find('/') != std::string::npos && is_executable_elf(word, status)) return word;
  std::string found;
  struct stat first{};
  const char* path = ::getenv("PATH");
  if (word.find('/') == std::string::npos && !word.empty() && path != nullptr) {
    for (const std::string& folder : split(path, ':')) {
      std::string candidate = concat(folder.empty() ? "." : folder, "/", word);
      if (!is_executable_elf(candidate, status)) continue;
      if (found.empty()) {
        found = std::move(candidate);
        first = status;
      } else if (status.st_dev != first.st_dev || status.st_ino != first.st_ino) {
        return Error{.message = concat("path '", word, "' is ambiguous: it may be '", found,
                                       "' or '", candidate, "'"),
                     .code = 0,
                     .hint = "give the command with its path"};
      }
    }
  }
  if (!found.empty()) return found;
  return Error{.message = concat("path '", word, "' does not exist or is not executable"),
               .code = ENOENT,
               .hint = is_script(word)
                           ? concat("a script is run by its interpreter: -c 'sh ", word, "'")
                           : ""};
}

// In the child.
[[noreturn]] void wait_and_exec(const std::string& path, std::vector<char*>& arguments, int gate,
                                int failure, pid_t parent) {
  settle_in_child(parent);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // SIGTERM it may ignore
  char go = 0;
  ssize_t got;
  do got = ::read(gate, &go, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(0);
  ::execv(path.c_str(), arguments.data());
  int code = errno;
  [[maybe_unused]] ssize_t said = ::write(failure, &code, sizeof code);
  ::_exit(127);
}

}  // namespace

Result<TracedProcess> TracedProcess::existing(std::uint32_t pid) {
  TRY(UniqueFd exit, open_pidfd(static_cast<pid_t>(pid)));
  return TracedProcess(pid, std::move(exit));
}

Result<TracedProcess> TracedProcess::start_stopped(const std::string& command) {
  std::vector<std::string> words = split(command, ' ');
  TRY(std::string path, find_command(words.front()));
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  TRY(Pipe gate, make_pipe());
  TRY(Pipe failure, make_pipe());
  pid_t parent = ::getpid();
  pid_t pid = ::fork();
  if (pid < 0) return system_error("fork", errno);
  if (pid == 0) {
    gate.write.reset();
    wait_and_exec(path, arguments, gate.read.get(), failure.write.get(), parent);
  }
  auto exit = open_pidfd(pid);
  if (!exit) {
    gate.write.reset();  // the child reads the end of the pipe and goes
    ::waitpid(pid, nullptr, 0);
    return std::move(exit).error();
  }
  TracedProcess process(static_cast<std::uint32_t>(pid), *std::move(exit));
  process.gate_ = std::move(gate.write);
  process.exec_failure_ = std::move(failure.read);
  process.is_child_ = true;
  return process;
}

TracedProcess::~TracedProcess() {
  if (!exit_ || !is_child_) return;
  gate_.reset();
  terminate();
  reap();
}

Result<void> TracedProcess::release() {
  CHECK(gate_);
  char go = 1;
  if (::write(gate_.get(), &go, 1) != 1) return system_error("start the child", errno);
  gate_.reset();
  int code = 0;
  ssize_t got;
  do got = ::read(exec_failure_.get(), &code, sizeof code);
  while (got < 0 && errno == EINTR);
  exec_failure_.reset();
  if (got == sizeof code) return system_error("exec", code);
  return {};
}

void TracedProcess::terminate() {
  if (is_child_ && exit_) ::syscall(SYS_pidfd_send_signal, exit_.get(), SIGTERM, nullptr, 0);
}

std::optional<int> TracedProcess::reap() {
  if (!is_child_ || !exit_) return std::nullopt;
  pollfd ended = {.fd = exit_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ended, 1, kReapPatience) != 1) return std::nullopt;
  siginfo_t how{};
  if (::waitid(P_PIDFD, static_cast<id_t>(exit_.get()), &how, WEXITED) != 0) return std::nullopt;
  exit_.reset();
  return how.si_code == CLD_EXITED ? how.si_status : -how.si_status;
}

}  // namespace sonde::session
