// Runs one command and prints what it cost: one line of JSON on standard output.
//
//   launch exit COMMAND...         runs it to its end
//   launch fd:N COMMAND...         runs it until it writes to descriptor N, then sends SIGINT
//   launch line:TEXT COMMAND...    the same, but until a line of its output contains TEXT
//
//   ready_ns   from just before exec to that moment (to the end, with `exit`)
//   gone_ns    from SIGINT until the process has ended and its output is closed
//   cpu_ns     user and system time of the whole run
//   rss_kb     peak resident memory
//
// It is small on purpose: a child's peak memory includes that of the process it was forked from.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kSettleMs = 50, kLimitMs = 60000 };

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void die(const char* why) {
  perror(why);
  exit(1);
}

// Reads until `text` was seen (NULL: at all), or to the end of the file; 1 when it was seen.
static int read_until(int fd, const char* text, int limit_ms) {
  static char seen[65536];
  size_t size = 0;
  const long long end = now_ns() + limit_ms * 1000000LL;
  struct pollfd readable = {.fd = fd, .events = POLLIN};
  while (now_ns() < end) {
    if (poll(&readable, 1, 100) <= 0) continue;
    if (size + 1 >= sizeof(seen)) size = 0;
    const ssize_t got = read(fd, seen + size, sizeof(seen) - 1 - size);
    if (got <= 0) return 0;
    size += got;
    seen[size] = 0;
    if (text != NULL && strstr(seen, text) != NULL) return 1;
  }
  fprintf(stderr, "launch: out of time\n");
  return -1;
}

static pid_t start(char** command, int ready_fd, int ready[2], int out[2]) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, 0);
  dup2(out[1], 1);
  dup2(out[1], 2);
  if (ready_fd >= 0) dup2(ready[1], ready_fd);
  execvp(command[0], command);
  _exit(127);
}

int main(int argc, char** argv) {
  if (argc < 3) die("usage: launch exit|fd:N|line:TEXT COMMAND...");
  const char* mode = argv[1];
  const int ready_fd = strncmp(mode, "fd:", 3) == 0 ? atoi(mode + 3) : -1;
  const char* line = strncmp(mode, "line:", 5) == 0 ? mode + 5 : NULL;
  int ready[2], out[2];
  if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) die("pipe");
  const long long begun = now_ns();
  const pid_t child = start(argv + 2, ready_fd, ready, out);
  close(ready[1]);
  close(out[1]);
  int is_ready = 1;
  if (ready_fd >= 0) is_ready = read_until(ready[0], "\n", kLimitMs);
  if (line != NULL) is_ready = read_until(out[0], line, kLimitMs);
  long long ready_ns = now_ns() - begun, signalled = 0;
  if (ready_fd >= 0 || line != NULL) {
    usleep(kSettleMs * 1000);
    signalled = now_ns();
    kill(child, is_ready == 1 ? SIGINT : SIGKILL);
  }
  const int drained = read_until(out[0], NULL, kLimitMs);
  if (drained < 0) kill(child, SIGKILL);
  int status;
  struct rusage used;
  if (wait4(child, &status, 0, &used) != child) die("wait");
  const long long ended = now_ns();
  if (signalled == 0) ready_ns = ended - begun;
  const long long cpu_us = used.ru_utime.tv_sec * 1000000LL + used.ru_utime.tv_usec +
                           used.ru_stime.tv_sec * 1000000LL + used.ru_stime.tv_usec;
  printf(
      "{\"status\": %d, \"ready_ns\": %lld, \"gone_ns\": %lld, \"cpu_ns\": %lld, \"rss_kb\": "
      "%ld}\n",
      is_ready == 1 && drained == 0 ? status : -1, ready_ns, signalled ? ended - signalled : 0,
      cpu_us * 1000, used.ru_maxrss);
  return 0;
}
