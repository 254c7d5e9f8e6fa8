// The floor of the bench: the least that a program linked with libbpf does for the same trace.
//
//   floor begin             loads one program and runs it once
//   floor attach FD NAME…   loads and attaches the programs NAME…, writes a byte and a newline to FD, and at SIGINT
//                           prints the counts; what comes through the ring is printed until then
//
// The object is inside the executable, as bpftool's skeletons have it, and of its programs only the
// ones in question are loaded, of its maps only those that these use.
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

enum { kMaxPrograms = 4, kPollMs = 100 };

struct line {
  unsigned pid;
  unsigned tid;
  char name[16];
  unsigned long long cpu;
};

static volatile sig_atomic_t is_stopped;

static void stop(int number) {
  (void)number;
  is_stopped = 1;
}

static void must(int is_good, const char* action) {
  if (!is_good) {
    perror(action);
    exit(1);
  }
}

static int is_wanted(const char* name, char** wanted, int count) {
  for (int i = 0; i < count; ++i) {
    if (strcmp(name, wanted[i]) == 0) return 1;
  }
  return 0;
}

// Maps by the program that needs them: the prefix of the program's name.
static int uses(char** wanted, int count, const char* prefix) {
  for (int i = 0; i < count; ++i) {
    if (strncmp(wanted[i], prefix, strlen(prefix)) == 0) return 1;
  }
  return 0;
}

static void load(struct bpf_object* object, char** wanted, int count) {
  struct bpf_program* program;
  bpf_object__for_each_program(program, object) {
    bpf_program__set_autoload(program, is_wanted(bpf_program__name(program), wanted, count));
  }
  static const struct {
    const char *map, *programs;
  } kUses[] = {{"starts", "hist"},  {"buckets", "hist"},        {"ring", "print"},
               {"stacks", "stack"}, {"stack_counts", "stack"}};
  for (size_t i = 0; i < sizeof(kUses) / sizeof(kUses[0]); ++i) {
    struct bpf_map* map = bpf_object__find_map_by_name(object, kUses[i].map);
    bpf_map__set_autocreate(map, uses(wanted, count, kUses[i].programs));
  }
  must(bpf_object__load(object) == 0, "load");
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

static int print_line(void* context, void* data, size_t size) {
  (void)context;
  (void)size;
  const struct line* line = data;
  printf("%u %u %.16s %llu\n", line->pid, line->tid, line->name, line->cpu);
  return 0;
}

static void trace(struct bpf_object* object, int ready_fd, char** names, int count) {
  sigset_t interrupt, before;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, &before);
  signal(SIGINT, stop);
  load(object, names, count);
  struct bpf_link* links[kMaxPrograms];
  for (int i = 0; i < count; ++i) {
    links[i] = bpf_program__attach(bpf_object__find_program_by_name(object, names[i]));
    must(links[i] != NULL, "attach");
  }
  must(write(ready_fd, "1\n", 2) == 2, "write");
  if (uses(names, count, "print")) {
    const int map = bpf_object__find_map_fd_by_name(object, "ring");
    struct ring_buffer* ring = ring_buffer__new(map, print_line, NULL, NULL);
    must(ring != NULL, "ring");
    sigprocmask(SIG_SETMASK, &before, NULL);
    while (!is_stopped) ring_buffer__poll(ring, kPollMs);
    ring_buffer__consume(ring);
    ring_buffer__free(ring);
  } else {
    while (!is_stopped) sigsuspend(&before);
  }
  for (int i = 0; i < count; ++i) bpf_link__destroy(links[i]);
  print_counts(object);
}

int main(int argc, char** argv) {
  static const char kUsage[] = "usage: floor begin | floor attach FD NAME...";
  must(argc >= 2, kUsage);
  struct bpf_object* object = bpf_object__open_mem(object_begin, object_end - object_begin, NULL);
  must(object != NULL, "open");
  if (strcmp(argv[1], "begin") == 0) {
    load(object, argv + 1, 1);
    LIBBPF_OPTS(bpf_test_run_opts, options);
    struct bpf_program* program = bpf_object__find_program_by_name(object, "begin");
    must(bpf_prog_test_run_opts(bpf_program__fd(program), &options) == 0, "run");
  } else {
    must(argc >= 4 && argc - 3 <= kMaxPrograms, kUsage);
    trace(object, atoi(argv[2]), argv + 3, argc - 3);
  }
  bpf_object__close(object);
  return 0;
}
