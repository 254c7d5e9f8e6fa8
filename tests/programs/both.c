// Runs two commands side by side and ends when both have.
//
//   both COMMAND WORD... -- COMMAND WORD...
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  char** second = argv + 1;
  while (second < argv + argc && strcmp(*second, "--") != 0) ++second;
  if (second >= argv + argc - 1) return 1;
  *second = NULL;
  if (fork() == 0) {
    execv(argv[1], argv + 1);
    _exit(127);
  }
  if (fork() == 0) {
    execv(second[1], second + 1);
    _exit(127);
  }
  int failed = 0, status;
  while (wait(&status) > 0) failed |= status != 0;
  return failed;
}
