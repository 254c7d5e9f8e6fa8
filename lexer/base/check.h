// CHECK is for our own bugs: a condition that only a mistake in sonde can break. It prints the
// place and aborts. What a user's program or the environment can cause goes through Diagnostics or
// Result instead.
#pragma once

namespace sonde {

[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace sonde

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) [[unlikely]]                           \
      ::sonde::check_failed(__FILE__, __LINE__, #condition); \
  } while (false)
