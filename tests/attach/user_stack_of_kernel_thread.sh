# A kernel thread has no user stack; that is said, and the value is empty.
run -q -e 't:sched:sched_switch /tid == 0/ { print(ustack); print("over"); exit(); }'
expect_status 0
expect '^over$'
expect_not '\+'
expect 'WARNING: Error reading ustack\.$' err
