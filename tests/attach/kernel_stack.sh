# Symbol and offset, innermost first; the system call's entry is on every road.
run -q -e 't:sched:sched_process_exec /pid == cpid/ { print(kstack); @[kstack(2)] = count(); }' -c ./progs/caller
expect_status 0
expect '^        [a-zA-Z0-9_.]+\+[0-9]+$'
expect '^        do_syscall_64\+[0-9]+$'
expect '^]: 1$'
