# REQUIRES: kprobe
# -p is a filter in the kernel.
progs/opens progs/nothing 1000000000 & mine=$!
progs/opens progs/nothing 1000000000 & other=$!
wait_for runs $mine
run -q -p $mine -e 'kprobe:do_sys_openat2 { @[pid] = count(); @n++; if (@n == 50) { exit(); } }'
kill $mine $other
expect_status 0
expect "^@\\[$mine\\]: [1-9]"
expect_not "^@\\[$other\\]"
