# A limit of open files that is too low for the script is told as that, and nothing stays.
(ulimit -n 20 && "$SONDE" -q -e 't:syscalls:sys_enter_o* { @[probe] = count(); }') >out 2>err </dev/null && fail "status 0"
expect 'Too many open files' err
expect 'ulimit -n' err
expect_not 'bug in sonde' err
