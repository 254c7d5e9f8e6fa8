# A kernel thread has no user stack: an empty value, and the run goes on.
run -q --no-warnings -e 't:sched:sched_switch /comm == "rcu_preempt" || comm == "rcu_sched"/ { print(ustack); print("over"); exit(); }'
expect_status 0
expect '^over$'
expect_not '\+'
