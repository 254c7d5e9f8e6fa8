run -p word -e 'begin { }'
expect_status 1
expect 'Failed to parse pid: invalid integer: word' err
run -p 12x -e 'begin { }'
expect 'Failed to parse pid: invalid trailing bytes: (12)?x' err
run -p 4194305 -e 'begin { }'
expect 'Pid out of range: 4194305' err
sleep 1000 & other=$!
kill $other && wait $other || true
run -p $other -e 'begin { }'
[ "$status" -ne 0 ] || fail "status 0"
expect 'Failed to attach to pid' err
