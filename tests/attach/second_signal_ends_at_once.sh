# A second SIGINT does not wait for anything.
# REQUIRES: perf_event
start -q -e 'interval:ms:10 { @[nsecs] = count(); }'
kill -INT "$sonde"
kill -INT "$sonde" 2>/dev/null || true
status=0
wait "$sonde" || status=$?
[ "$status" -eq 0 ] || expect_status 130
