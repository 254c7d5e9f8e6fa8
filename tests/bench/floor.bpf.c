// The BPF side of the floor: what the scripts of the bench come to when written by hand, and an
// empty program for `BEGIN { exit(); }`. One program, or two, for each scene, by name.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

enum { kFrames = 127, kBuckets = 66 };

struct command {
  char name[16];
};
struct stack {
  __u64 frames[kFrames];
};
struct line {
  __u32 pid;
  __u32 tid;
  char name[16];
  __u64 cpu;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 4096);
  __type(key, struct command);
  __type(value, __u64);
} counts SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4096);
  __type(key, __u32);
  __type(value, __u64);
} starts SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, kBuckets);
  __type(key, __u32);
  __type(value, __u64);
} buckets SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4 << 20);
} ring SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_STACK_TRACE);
  __uint(max_entries, 4096);
  __type(key, __u32);
  __type(value, struct stack);
} stacks SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 4096);
  __type(key, __u32);
  __type(value, __u64);
} stack_counts SEC(".maps");

static void count(void* map, const void* key) {
  __u64* found = bpf_map_lookup_elem(map, key);
  if (found) {
    *found += 1;
  } else {
    const __u64 one = 1;
    bpf_map_update_elem(map, key, &one, BPF_ANY);
  }
}

static int is_load(const struct command* name) {
  static const char kLoad[16] = "bench_load";
  return __builtin_memcmp(name, kLoad, sizeof(kLoad)) == 0;
}

static __u32 bucket_of(__u64 value) {
  __u32 bucket = 1;
  while (value > 0 && bucket < kBuckets - 1) {
    value >>= 1;
    bucket += 1;
  }
  return bucket;
}

SEC("raw_tp/sys_enter")
int attach_count(void* context) {
  (void)context;
  struct command key = {};
  bpf_get_current_comm(&key, sizeof(key));
  count(&counts, &key);
  return 0;
}

SEC("raw_tp")
int begin(void* context) {
  (void)context;
  return 0;
}

SEC("tp/syscalls/sys_enter_getppid")
int comm_count(void* context) {
  (void)context;
  struct command key = {};
  bpf_get_current_comm(&key, sizeof(key));
  count(&counts, &key);
  return 1;
}

SEC("tp/syscalls/sys_enter_getppid")
int hist_enter(void* context) {
  (void)context;
  const __u32 tid = (__u32)bpf_get_current_pid_tgid();
  const __u64 now = bpf_ktime_get_boot_ns();
  bpf_map_update_elem(&starts, &tid, &now, BPF_ANY);
  return 1;
}

SEC("tp/syscalls/sys_exit_getppid")
int hist_exit(void* context) {
  (void)context;
  const __u32 tid = (__u32)bpf_get_current_pid_tgid();
  const __u64* start = bpf_map_lookup_elem(&starts, &tid);
  if (!start || *start == 0) return 1;
  const __u32 bucket = bucket_of(bpf_ktime_get_boot_ns() - *start);
  __u64* found = bpf_map_lookup_elem(&buckets, &bucket);
  if (found) *found += 1;
  bpf_map_delete_elem(&starts, &tid);
  return 1;
}

SEC("tp/syscalls/sys_enter_getppid")
int print_fields(void* context) {
  (void)context;
  struct command name = {};
  bpf_get_current_comm(&name, sizeof(name));
  if (!is_load(&name)) return 1;
  struct line* line = bpf_ringbuf_reserve(&ring, sizeof(*line), 0);
  if (!line) return 1;
  const __u64 both = bpf_get_current_pid_tgid();
  line->pid = both >> 32;
  line->tid = (__u32)both;
  __builtin_memcpy(line->name, &name, sizeof(name));
  line->cpu = bpf_get_smp_processor_id();
  bpf_ringbuf_submit(line, 0);
  return 1;
}

SEC("tp/syscalls/sys_enter_getppid")
int stack_count(void* context) {
  struct command name = {};
  bpf_get_current_comm(&name, sizeof(name));
  if (!is_load(&name)) return 1;
  const long id = bpf_get_stackid(context, &stacks, BPF_F_USER_STACK);
  if (id < 0) return 1;
  const __u32 key = id;
  count(&stack_counts, &key);
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
