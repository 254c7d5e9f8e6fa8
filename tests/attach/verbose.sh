# More is said than without, and on standard error.
run -e 'uprobe:./progs/calls:add { @ = count(); }' -c './progs/calls 2'
plain=$(grep -c . err)
run -v -e 'uprobe:./progs/calls:add { @ = count(); }' -c './progs/calls 2'
expect_status 0
[ "$(grep -c . err)" -gt "$plain" ] || fail "no more lines than without -v"
expect 'uprobe:./progs/calls:add' err
expect '^@: 2$'
