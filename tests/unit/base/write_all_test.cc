#include "lexer/base/write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "lexer/base/unique_fd.h"

namespace sonde {
namespace {

TEST(WriteAll, WaitsForTheReaderOfAPipeThatDoesNotBlock) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  UniqueFd reader(ends[0]), writer(ends[1]);
  ASSERT_EQ(::fcntl(reader.get(), F_SETFL, 0), 0);
  const std::string text(1 << 20, 'x');  // far more than a pipe holds
  std::string read;
  std::thread reading([&] {
    char piece[4096];
    for (ssize_t got; (got = ::read(reader.get(), piece, sizeof piece)) > 0;)
      read.append(piece, static_cast<std::size_t>(got));
  });
  EXPECT_EQ(write_all(writer.get(), text), 0);
  writer.reset();
  reading.join();
  EXPECT_TRUE(read == text);
}

TEST(WriteAll, SaysWhyNothingCanBeWritten) {
  auto before = ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  UniqueFd writer(ends[1]);
  ::close(ends[0]);
  EXPECT_EQ(write_all(writer.get(), "text"), EPIPE);
  ::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace sonde
