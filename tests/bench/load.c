// The load under which the cost of an event is measured: COUNT calls of getppid, which does next to
// nothing itself. Prints the nanoseconds that they took.
//
//   load COUNT
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Frames of its own, so that a user stack has something to walk.
static __attribute__((noinline)) void call(int depth) {
  if (depth > 0) {
    call(depth - 1);
    __asm__ volatile("");
    return;
  }
  syscall(SYS_getppid);
  __asm__ volatile("");
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 0;
  const long long begun = now_ns();
  for (long i = 0; i < count; ++i) call(4);
  printf("%lld\n", now_ns() - begun);
  return 0;
}
