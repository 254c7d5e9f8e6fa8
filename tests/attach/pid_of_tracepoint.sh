# -p is a filter in the kernel, for both strategies of a tracepoint and for raw tracepoints.
progs/opens progs/nothing 1000000000 & mine=$!
progs/opens progs/nothing 1000000000 & other=$!
wait_for runs $mine
run -q -p $mine -e 't:syscalls:sys_enter_openat { @raw[pid] = count(); } t:syscalls:sys_enter_openat { @flags[pid] = max(args.flags); }
  rt:sys_enter { @rt[pid] = count(); @n++; if (@n == 100) { exit(); } }'
kill $mine $other
expect_status 0
expect "^@raw\\[$mine\\]: [1-9]"
expect "^@flags\\[$mine\\]: "
expect "^@rt\\[$mine\\]: [1-9]"
expect_not "\\[$other\\]"
