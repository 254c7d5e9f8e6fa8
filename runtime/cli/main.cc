// sonde's main: the command line decides what is done, one function does it.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "lexer/base/concat.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/driver.h"
#include "runtime/cli/help.h"

// A standard stream that the caller has closed would become the first file or map that is opened,
// and be written to as a stream. Reading from, or writing to, what stands here instead fails.
static void hold_standard_streams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0)
      (void)::open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
}

int main(int argc, char** argv) {
  using namespace sonde::cli;
  hold_standard_streams();
  ParsedArguments parsed = parse_arguments(argc, argv);
  if (parsed.error) {
    if (!parsed.error->message.empty()) std::fprintf(stderr, "%s\n", parsed.error->message.c_str());
    if (parsed.error->shows_usage) std::fputs(usage_text(parsed.arguments.tool).c_str(), stderr);
    return kFailed;
  }
  return run(parsed.arguments);
}
