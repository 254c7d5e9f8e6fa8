// The floor of the bench: the least that a program linked with libbpf does for the same trace.
//
//   floor attach FD    loads, attaches, writes a byte and a newline to FD, and at SIGINT prints the
//   counts floor begin        loads one program and runs it once
//
// The object is inside the executable, as bpftool's skeletons have it, and of its programs only the
// one in question is loaded.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__asm__(
    ".section .rodata\n"
    "object_begin: .incbin \"" FLOOR_OBJECT
    "\"\n"
    "object_end:\n"
    ".previous\n");
extern const char object_begin[], object_end[];

static void must(int is_good, const char* action) {
  if (!is_good) {
    perror(action);
    exit(1);
  }
}

static struct bpf_program* load(struct bpf_object* object, const char* wanted) {
  struct bpf_program* program;
  bpf_object__for_each_program(program, object) {
    bpf_program__set_autoload(program, strcmp(bpf_program__name(program), wanted) == 0);
  }
  must(bpf_object__load(object) == 0, "load");
  return bpf_object__find_program_by_name(object, wanted);
}

static void print_counts(struct bpf_object* object) {
  const int map = bpf_object__find_map_fd_by_name(object, "counts");
  const int cpus = libbpf_num_possible_cpus();
  unsigned long long* values = calloc(cpus, sizeof(*values));
  char key[16], next[16];
  const char* previous = NULL;
  while (bpf_map_get_next_key(map, previous, next) == 0) {
    memcpy(key, next, sizeof(key));
    previous = key;
    unsigned long long sum = 0;
    if (bpf_map_lookup_elem(map, key, values) == 0) {
      for (int cpu = 0; cpu < cpus; ++cpu) sum += values[cpu];
    }
    printf("@[%.16s]: %llu\n", key, sum);
  }
  free(values);
}

int main(int argc, char** argv) {
  must(argc >= 2, "usage: floor attach FD | floor begin");
  struct bpf_object* object = bpf_object__open_mem(object_begin, object_end - object_begin, NULL);
  must(object != NULL, "open");
  if (strcmp(argv[1], "begin") == 0) {
    struct bpf_program* program = load(object, "begin");
    LIBBPF_OPTS(bpf_test_run_opts, options);
    must(bpf_prog_test_run_opts(bpf_program__fd(program), &options) == 0, "run");
    return 0;
  }
  must(argc == 3, "usage: floor attach FD");
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, NULL);
  struct bpf_link* link = bpf_program__attach(load(object, "count_by_command"));
  must(link != NULL, "attach");
  must(write(atoi(argv[2]), "1\n", 2) == 2, "write");
  int signal_number;
  sigwait(&stop, &signal_number);
  bpf_link__destroy(link);
  print_counts(object);
  bpf_object__close(object);
  return 0;
}
