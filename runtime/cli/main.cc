// sonde's main: the command line decides what is done, one function does it.
#include <unistd.h>

#include <cstdio>

#include "lexer/base/concat.h"
#include "runtime/cli/arguments.h"
#include "runtime/cli/driver.h"
#include "runtime/cli/help.h"

int main(int argc, char** argv) {
  using namespace sonde::cli;
  ParsedArguments parsed = parse_arguments(argc, argv);
  if (parsed.error) {
    if (!parsed.error->message.empty()) std::fprintf(stderr, "%s\n", parsed.error->message.c_str());
    if (parsed.error->shows_usage) std::fputs(usage_text(parsed.arguments.tool).c_str(), stderr);
    return kFailed;
  }
  return run(parsed.arguments);
}
