# The calls of one process stand in the count of its name.
start -q "$EXAMPLES/syscount.bt"
./progs/opens /no/such/file 50
stop
expect_status 0
expect '^@syscalls\[opens\]: [1-9][0-9]+$'
