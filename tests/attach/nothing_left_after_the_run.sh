# ALONE: compares the system's BPF objects before and after
progs/bpf_ids >before
run -q -e 't:syscalls:sys_enter_dup* { @ = max(args.fildes); } uprobe:./progs/calls:* { @u = count(); }' -c ./progs/caller || true
run -q -e 'uprobe:./progs/calls:* { @u = count(); } t:syscalls:sys_enter_mkdir /pid == cpid/ { print(args.mode); }' -c ./progs/caller
expect_status 0
expect '^488$'
wait_for nothing_new
