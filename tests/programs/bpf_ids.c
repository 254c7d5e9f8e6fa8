// Prints the numbers of all BPF programs, maps and links of the system, one a line.
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void print_all(int command, const char* kind) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof(attributes));
  while (syscall(SYS_bpf, command, &attributes, sizeof(attributes)) == 0) {
    printf("%s %u\n", kind, attributes.next_id);
    attributes.start_id = attributes.next_id;
  }
}

int main(void) {
  print_all(BPF_PROG_GET_NEXT_ID, "program");
  print_all(BPF_MAP_GET_NEXT_ID, "map");
  print_all(BPF_LINK_GET_NEXT_ID, "link");
  return 0;
}
