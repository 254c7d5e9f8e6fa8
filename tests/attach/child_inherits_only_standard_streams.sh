run -q -o lines -e 'uprobe:./progs/calls:add { } t:syscalls:sys_enter_dup2 { } begin { printf("x"); }' -c '/bin/ls /proc/self/fd'
expect_status 0
[ "$(grep -c . out)" -eq 4 ] || fail "descriptors besides 0, 1, 2 and the one of the listing"
