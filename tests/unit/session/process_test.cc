// Starting, releasing and ending processes.
#include "runtime/session/process.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/kernel/fake_system.h"

namespace sonde::session {
namespace {

bool has_ended(const TracedProcess& process, int patience) {
  pollfd ended = {.fd = process.exit_descriptor(), .events = POLLIN, .revents = 0};
  return ::poll(&ended, 1, patience) == 1;
}

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "sonde-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
};

TEST(TracedProcess, ChildWaitsUntilItIsReleased) {
  auto child = TracedProcess::start_stopped("true");
  ASSERT_TRUE(child) << child.error().message;
  EXPECT_TRUE(child->is_child());
  EXPECT_FALSE(has_ended(*child, 50));
  ASSERT_TRUE(child->release());
  EXPECT_TRUE(has_ended(*child, 5000));
  EXPECT_EQ(child->reap(), 0);
}

TEST(TracedProcess, ExitStatusIsReported) {
  auto child = TracedProcess::start_stopped("false");
  ASSERT_TRUE(child);
  ASSERT_TRUE(child->release());
  ASSERT_TRUE(has_ended(*child, 5000));
  EXPECT_EQ(child->reap(), 1);
}

TEST(TracedProcess, CommandIsSplitAtSingleSpaces) {
  TemporaryFolder folder;
  auto child = TracedProcess::start_stopped("touch " + (folder.path / "made").string());
  ASSERT_TRUE(child);
  ASSERT_TRUE(child->release());
  ASSERT_TRUE(has_ended(*child, 5000));
  EXPECT_EQ(child->reap(), 0);
  EXPECT_TRUE(std::filesystem::exists(folder.path / "made"));
}

TEST(TracedProcess, UnknownCommandIsAnErrorBeforeAnythingStarts) {
  EXPECT_EQ(TracedProcess::start_stopped("no-such-command -x").error().message,
            "path 'no-such-command' does not exist or is not executable");
  EXPECT_EQ(TracedProcess::start_stopped("/etc/hostname").error().message,
            "path '/etc/hostname' does not exist or is not executable");
  EXPECT_FALSE(TracedProcess::start_stopped(""));
}

TEST(TracedProcess, TwoCommandsOfOneNameAreAmbiguous) {
  TemporaryFolder folder;
  std::filesystem::copy_file("/bin/true", folder.path / "true");
  std::string path = ::getenv("PATH");
  ::setenv("PATH", (folder.path.string() + ":/bin").c_str(), 1);
  auto child = TracedProcess::start_stopped("true");
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().hint, "give the command with its path");
}

TEST(TracedProcess, FailureOfExecIsReported) {
  TemporaryFolder folder;
  auto file = folder.path / "damaged-elf";
  std::ofstream(file) << "\177ELF and nothing more";
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  auto child = TracedProcess::start_stopped(file.string());
  ASSERT_TRUE(child) << child.error().message;
  auto released = child->release();
  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().message, "exec: Exec format error");
}

TEST(TracedProcess, ChildHasNoSignalsBlockedOrIgnored) {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &stop, &before);
  auto old = ::signal(SIGTERM, SIG_IGN);
  auto child = TracedProcess::start_stopped("sleep 30");
  ::signal(SIGTERM, old);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(child);
  ASSERT_TRUE(child->release());
  child->terminate();
  EXPECT_TRUE(has_ended(*child, 5000));
  EXPECT_EQ(child->reap(), -SIGTERM);
}

TEST(TracedProcess, UnreleasedChildGoesWithItsOwner) {
  std::size_t before = kernel::open_descriptor_count();
  pid_t pid = 0;
  {
    auto child = TracedProcess::start_stopped("true");
    ASSERT_TRUE(child);
    pid = static_cast<pid_t>(child->pid());
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(kernel::open_descriptor_count(), before);
}

TEST(TracedProcess, ExistingProcessIsWatchedAndNotEnded) {
  auto child = TracedProcess::start_stopped("true");
  ASSERT_TRUE(child);
  {
    auto watched = TracedProcess::existing(child->pid());
    ASSERT_TRUE(watched);
    EXPECT_FALSE(watched->is_child());
    watched->terminate();
  }
  EXPECT_FALSE(has_ended(*child, 50));
}

TEST(TracedProcess, NoSuchProcessIsAnError) {
  EXPECT_EQ(TracedProcess::existing(4194304).error().code, ESRCH);
}

}  // namespace
}  // namespace sonde::session
