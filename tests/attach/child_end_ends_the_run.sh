# Whatever the child's own status: `opens` without arguments gives 1.
run -e 'interval:s:1000 { } end { print("over"); }' -c ./progs/opens
expect_status 0
expect '^over$'
