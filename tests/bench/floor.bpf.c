// The BPF side of the floor: what `tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }` comes
// to when written by hand, and an empty program for `BEGIN { exit(); }`.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct command {
  char name[16];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 4096);
  __type(key, struct command);
  __type(value, __u64);
} counts SEC(".maps");

SEC("raw_tp/sys_enter")
int count_by_command(void* context) {
  (void)context;
  struct command key = {};
  bpf_get_current_comm(&key, sizeof(key));
  __u64* count = bpf_map_lookup_elem(&counts, &key);
  if (count) {
    *count += 1;
  } else {
    const __u64 one = 1;
    bpf_map_update_elem(&counts, &key, &one, BPF_ANY);
  }
  return 0;
}

SEC("raw_tp")
int begin(void* context) {
  (void)context;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
