# -p limits the samples to that process.
progs/spin 600000 & mine=$!
wait_for runs $mine
run -q -p $mine -e 'profile:hz:199 { @[comm] = count(); @n++; if (@n == 10) { exit(); } }'
kill $mine
expect_status 0
[ "$(grep -c '^@\[' out)" -eq 1 ] || fail "not the one process alone"
expect '^@\[spin\]: [1-9]'
