run -l 'tracepoint:sched:no_such_event_here'
expect_status 0
[ ! -s out ] || fail "something matched"
run -l no_such_file.bt
expect_status 0
expect 'no_such_file.bt.*filename' err
