# -p attaches to that process alone, by path and, without a target, by the process itself.
progs/spin 600000 & mine=$!
progs/spin 600000 & other=$!
wait_for runs $mine
run -q -p $mine -e 'uprobe:./progs/spin:turn { @[pid] = count(); @n++; if (@n == 100) { exit(); } }'
kill $other
expect_status 0
expect "^@\\[$mine\\]: [1-9]"
expect_not "^@\\[$other\\]"
run -q -p $mine -e 'uprobe:turn { print("turned"); exit(); }'
kill $mine
expect_status 0
expect '^turned$'
