// The types of the captured kernel: tests/golden/capture_world compiles this for BPF and keeps the BTF. It has a little
// of everything that a reader of kernel BTF meets: functions, raw tracepoints with their stubs, nested and anonymous
// members, bit fields, enums, arrays and function pointers.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long ssize_t;
typedef unsigned long size_t;
typedef long long loff_t;
typedef int pid_t;
typedef unsigned short umode_t;
typedef unsigned int gfp_t;
typedef _Bool bool;

enum zone_type { ZONE_DMA, ZONE_NORMAL };
enum change { LESS = -1, SAME, MORE };

struct list_head {
  struct list_head *next, *prev;
};
struct mm_struct;
struct sched_entity {
  u64 vruntime;
  u64 sum_exec_runtime;
};
struct task_struct {
  unsigned int __state;
  void *stack;
  struct sched_entity se;
  struct list_head tasks;
  struct mm_struct *mm;
  unsigned in_execve : 1;
  unsigned in_iowait : 1;
  pid_t pid;
  pid_t tgid;
  struct task_struct *real_parent;
  struct task_struct *group_leader;
  u64 start_time;
  u64 start_boottime;
  union {
    struct {
      u64 parent_exec_id;
      u64 self_exec_id;
    };
    char exec_ids[16];
  };
  char comm[16];
};
struct qstr {
  u32 hash;
  u32 len;
  const unsigned char *name;
};
struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
};
struct path {
  void *mnt;
  struct dentry *dentry;
};
struct file {
  struct path f_path;
  unsigned int f_flags;
  umode_t f_mode;
};
struct open_how {
  u64 flags, mode, resolve;
};
struct sock {
  u32 sk_state;
};
struct msghdr;
struct linux_binprm {
  const char *filename;
};
struct callback_head {
  struct callback_head *next;
  void (*func)(struct callback_head *head);
};

ssize_t vfs_read(struct file *file, char *buf, size_t count, loff_t *pos) { return count; }
ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos) { return count; }
ssize_t vfs_readv(struct file *file, const void *vec, unsigned long vlen, loff_t *pos) { return 0; }
int vfs_open(const struct path *path, struct file *file) { return 0; }
int vfs_fsync(struct file *file, int datasync) { return datasync; }
long do_sys_openat2(int dfd, const char *filename, struct open_how *how) { return dfd; }
int tcp_connect(struct sock *sk) { return 0; }
int tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size) { return 0; }
void tcp_close(struct sock *sk, long timeout) {}
void do_exit(long code) {}
bool wake_up_process(struct task_struct *p) { return 1; }
void *kmalloc_noprof(size_t size, gfp_t flags) { return (void *)size; }
void call_rcu(struct callback_head *head, void (*func)(struct callback_head *)) {}
enum change compare_zones(enum zone_type zone, const u8 (*table)[4]) { return SAME; }
int rcu_needs_cpu(void) { return 0; }
int cpuidle_enter_state(int index) { return index; }

typedef void (*btf_trace_sched_switch)(void *, bool, struct task_struct *, struct task_struct *,
                                       unsigned int);
typedef void (*btf_trace_sched_process_exec)(void *, struct task_struct *, pid_t,
                                             struct linux_binprm *);
typedef void (*btf_trace_sys_enter)(void *, void *, long);
typedef void (*btf_trace_sys_exit)(void *, void *, long);
typedef void (*btf_trace_kfree)(void *, unsigned long, const void *);
btf_trace_sched_switch trace_sched_switch;
btf_trace_sched_process_exec trace_sched_process_exec;
btf_trace_sys_enter trace_sys_enter;
btf_trace_sys_exit trace_sys_exit;
btf_trace_kfree trace_kfree;
int __traceiter_sched_switch(void *__data, bool preempt, struct task_struct *prev,
                             struct task_struct *next, unsigned int prev_state) {
  return preempt;
}
int __traceiter_kfree(void *__data, unsigned long call_site, const void *ptr) { return 0; }
