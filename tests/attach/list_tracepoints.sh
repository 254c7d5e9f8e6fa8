run -l 't:sched:sched_swit*'
expect_status 0
[ "$(cat out)" = tracepoint:sched:sched_switch ] || fail "not that alone"
run -lv 'tracepoint:syscalls:sys_enter_openat'
expect '^tracepoint:syscalls:sys_enter_openat$'
expect '^    .*filename$'
