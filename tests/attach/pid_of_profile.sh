progs/spin 600000 & mine=$!
wait_for runs $mine
run -q -p $mine -e 'profile:hz:199 { @[comm] = count(); } interval:ms:500 { exit(); }'
kill $mine
expect_status 0
[ "$(grep -c '^@\[' out)" -eq 1 ] || fail "not the one process alone"
expect '^@\[spin\]: [1-9]'
