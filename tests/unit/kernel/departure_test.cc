// Leaving, seen from outside: a child process leaves, the test watches its pipe and its status.
#include "runtime/kernel/departure.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/kernel/fake_system.h"

namespace sonde::kernel {
namespace {

std::vector<UniqueFd> event_descriptors(int count) {
  std::vector<UniqueFd> descriptors;
  for (int i = 0; i < count; ++i) descriptors.emplace_back(::eventfd(0, EFD_CLOEXEC));
  return descriptors;
}

TEST(Departure, PipesEndAndStatusIsKept) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  pid_t pid = ::fork();
  if (pid == 0) {
    Departure departure;
    departure.add(event_descriptors(40), event_descriptors(40));
    if (::write(ends[1], "said", 4) != 4) ::_exit(1);
    departure.leave(7);
  }
  ::close(ends[1]);
  char text[16];
  EXPECT_EQ(::read(ends[0], text, sizeof text), 4);
  EXPECT_EQ(::read(ends[0], text, sizeof text), 0);
  ::close(ends[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(Departure, WithNothingToCloseItOnlyExits) {
  EXPECT_EXIT(Departure().leave(3), testing::ExitedWithCode(3), "");
}

TEST(Departure, OneThatIsNotUsedClosesEverything) {
  std::size_t before = open_descriptor_count();
  {
    Departure departure;
    departure.add(event_descriptors(3), event_descriptors(2));
    EXPECT_EQ(open_descriptor_count(), before + 5);
  }
  EXPECT_EQ(open_descriptor_count(), before);
}

}  // namespace
}  // namespace sonde::kernel
