// Keeps one CPU busy in one function for a while.
//
//   spin MILLISECONDS
#include <stdlib.h>
#include <time.h>

__attribute__((noinline)) long turn(const char* text, long number) {
  return text[0] + number;
}

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(int argc, char** argv) {
  const long end = now_ms() + (argc > 1 ? atol(argv[1]) : 100);
  static const char text[] = "a text that is copied for each turn";
  volatile char touched = text[0];  // a probe cannot read a page that is not there yet
  (void)touched;
  for (long i = 0; now_ms() < end; ++i) turn(text, i);
  return 0;
}
