# A stream that the caller has closed is not taken for one of sonde's own files.
status=0; "$SONDE" -e 'begin { print(5); }' >&- 2>err </dev/null || status=$?
expect_status 255
expect '^ERROR: standard output: write: Bad file descriptor$' err
status=0; "$SONDE" -e 'begin { print(5); }' >out 2>&- </dev/null || status=$?
expect_status 0
expect '^5$'
status=0; "$SONDE" -e 'begin { print(6); }' >out 2>err <&- || status=$?
expect_status 0
expect '^6$'
status=0; "$SONDE" --help >/dev/full 2>err || status=$?
expect_status 1
expect '^ERROR: standard output: write: No space left on device$' err
