export BPFTRACE_MAX_PROBES=2
run -e 'uprobe:./progs/calls:inner, uprobe:./progs/calls:outer, uprobe:./progs/calls:middle { }'
expect_status 1
expect 'BPFTRACE_MAX_PROBES' err
