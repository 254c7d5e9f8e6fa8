# ALONE: compares the system's BPF objects before and after
progs/bpf_ids >before
start -e 'uprobe:./progs/calls:add { @ = count(); } t:syscalls:sys_enter_dup2 { @d = max(args.oldfd); }
  t:sched:sched_switch { @s = count(); } interval:s:1000 { }'
nothing_new && fail "nothing was attached"
stop KILL
wait_for nothing_new
