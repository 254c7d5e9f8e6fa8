# Each function of a wildcard counts, however it is attached.
run -e 'uprobe:./progs/calls:inner, uprobe:./progs/calls:midd*, uretprobe:./progs/calls:gree* { }' -c './progs/calls 1'
expect_status 0
expect '^Attached 3 probes$' err
