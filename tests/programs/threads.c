// Many threads that call one function.
//
//   threads THREADS CALLS    work(i) for i from 0 to CALLS - 1, in each of THREADS threads
#include <pthread.h>
#include <stdlib.h>

enum { kMostThreads = 64 };

static long calls;

__attribute__((noinline)) long work(long number) {
  return number * 3;
}

static void* run(void* unused) {
  (void)unused;
  for (long i = 0; i < calls; ++i) work(i);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  const int count = atoi(argv[1]) < kMostThreads ? atoi(argv[1]) : kMostThreads;
  calls = atol(argv[2]);
  pthread_t threads[kMostThreads];
  for (int i = 0; i < count; ++i) {
    if (pthread_create(&threads[i], NULL, run, NULL) != 0) return 1;
  }
  for (int i = 0; i < count; ++i) pthread_join(threads[i], NULL);
  return 0;
}
