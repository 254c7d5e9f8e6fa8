# REQUIRES: btf
start -q "$EXAMPLES/runqlen.bt"
./progs/spin 500
stop
expect_status 0
expect '^@waiting: *$'
expect '^\[[0-9]+\] +[0-9]+ \|'
