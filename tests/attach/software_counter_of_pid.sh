# -p counts for that process alone.
progs/spin 600000 & mine=$!
progs/spin 600000 & other=$!
wait_for runs $mine
run -q -p $mine -e 'software:cpu-clock:1000000 { @[pid] = count(); @n++; if (@n >= 20) { exit(); } }'
kill $other $mine
expect_status 0
expect "^@\\[$mine\\]: [1-9]"
expect_not "^@\\[$other\\]"
