# What a program would attach, after expansion; begin and end are left out, timers are shown without a count.
echo 'begin { } uprobe:./progs/calls:inn*, u:./progs/calls:greet { } interval:ms:100 { } end { }' >program.bt
run -l program.bt
expect_status 0
expect '^uprobe:./progs/calls:inner$'
expect '^uprobe:./progs/calls:greet$'
expect '^interval:ms:$'
expect_not 'begin|end'
run -l -e 'tracepoint:sched:sched_switch { }'
expect '^tracepoint:sched:sched_switch$'
run -lv -e 'tracepoint:sched:sched_switch { } hardware:cache-misses:5 { }'
expect '^tracepoint:sched:sched_switch$'
expect '^    .*next_pid$'
expect '^hardware:cache-misses:$'
