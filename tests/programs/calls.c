// Calls functions with known arguments and results.
//
//   calls [COUNT]    add(i, 2 i), greet("hello") and outer() -> middle() -> inner(), COUNT times,
//   10 unless told
#include <stdlib.h>

__attribute__((noinline)) long add(long a, long b) {
  return a + b;
}

__attribute__((noinline)) int greet(const char* text) {
  return text[0];
}

__attribute__((noinline)) long inner(long depth) {
  return depth + 1;
}
__attribute__((noinline)) long middle(long depth) {
  return inner(depth + 1) + 1;
}
__attribute__((noinline)) long outer(long depth) {
  return middle(depth + 1) + 1;
}

// More than registers hold, and every width and sign.
__attribute__((noinline)) int widths(signed char a, unsigned char b, short c, unsigned short d,
                                     int e, unsigned f) {
  return a + b + c + d + e + (int)f;
}

// Two more arguments than registers hold.
__attribute__((noinline)) long sum_all(long a, long b, long c, long d, long e, long f, long g, int h) {
  return a + b + c + d + e + f + g + h;
}

int main(int argc, char** argv) {
  const long count = argc > 1 ? atol(argv[1]) : 10;
  for (long i = 0; i < count; ++i) {
    add(i, 2 * i);
    greet("hello");
    outer(0);
    widths(-1, 255, -2, 65535, -3, 4294967295u);
    sum_all(1, 2, 3, 4, 5, 6, -7, 8);
  }
  return 0;
}
