// Opens a file that does not exist, again and again.
//
//   opens PATH COUNT
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  for (long left = atol(argv[2]); left > 0; --left) {
    const int fd = open(argv[1], O_RDONLY);
    if (fd >= 0) close(fd);
  }
  return 0;
}
