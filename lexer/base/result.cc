// What Result and CHECK need beyond their headers: the text of errno, and the last words before an
// abort. Neither allocates more than the message itself, so both work when little else does.
#include "lexer/base/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sonde {

Error system_error(std::string_view action, int code) {
  return {.message = std::string(action) + ": " + std::strerror(code),
          .code = code,
          .hint = code == EMFILE ? kDescriptorHint : ""};
}

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "BUG: [%s:%d] %s\n", file, line, condition);
  std::abort();
}

}  // namespace sonde
