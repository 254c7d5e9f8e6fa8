progs/spin $((1500 * PATIENCE)) &
run -p $! -e 'interval:s:1000 { } end { print("over"); }'
expect_status 0
expect '^over$'
