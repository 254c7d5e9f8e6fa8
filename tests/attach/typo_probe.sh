# The nearest names that exist.
run -e 't:sched:sched_swich { }'
expect_status 1
expect '^stdin:1:1-20: ERROR: .*\[[a-z-]+\]$' err
expect 'sched_switch' err
run -e 'uprobe:./progs/calls:ineer { }'
expect_status 1
expect 'inner' err
run -e 'uprob:./progs/calls:inner { }'
expect_status 1
expect 'uprobe' err
