run -h
expect_status 0
expect '^ *-e +PROGRAM|-e .*PROGRAM'
expect '--dry-run'
[ ! -s err ] || fail "help on standard error"
run
expect_status 1
expect '--dry-run' err
[ ! -s out ] || fail "usage on standard output"
