export BPFTRACE_MISSING_PROBES=warn
run -e 'uprobe:./progs/calls:nowhere, uprobe:./progs/calls:add { @ = count(); }' -c './progs/calls 3'
expect_status 0
expect 'WARNING: .*nowhere' err
expect '^@: 3$'
