# Counters of the kernel fire once in so many events, for the child of -c alone.
run -q -e 'software:page-faults:1 { @[comm] = count(); @own[pid == cpid] = count(); }' -c './progs/calls 3'
expect_status 0
expect '^@\[calls\]: [1-9]'
expect '^@own\[(1|true)\]: [1-9]'
expect_not '^@own\[(0|false)\]'
run -q -e 's:faults: { @[probe] = count(); } begin { @x = 1; }' -c './progs/calls 3'
expect_status 0
expect '^@x: 1$'
