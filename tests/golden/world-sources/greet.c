// A program that a captured world can trace: known functions and nothing else.
__attribute__((noinline)) int greet(int times) { return times + 1; }
__attribute__((noinline)) int greet_twice(int times) { return greet(greet(times)); }
static __attribute__((noinline, used)) int count_words(const char *text) { return text[0]; }
int main(void) { return greet_twice(1) + count_words("a"); }
void _start(void) { main(); }
