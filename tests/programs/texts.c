// Calls a function with three long texts.
//
//   texts SIZE    take(a, b, c), take(b, c, a), take(a, b, c): SIZE bytes of one letter each, but
//   for a digit at the end, by which a text that was cut can be told
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) int take(const char* first, const char* second, const char* third) {
  return first[0] + second[0] + third[0];
}

static char* text(size_t size, char letter, char last) {
  char* made = malloc(size + 1);
  memset(made, letter, size);
  made[size - 1] = last;
  made[size] = '\0';
  return made;
}

int main(int argc, char** argv) {
  const size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
  char *a = text(size, 'a', '1'), *b = text(size, 'b', '2'), *c = text(size, 'c', '3');
  take(a, b, c);
  take(b, c, a);
  take(a, b, c);
  return 0;
}
