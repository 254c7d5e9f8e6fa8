run -q --probe-filter 'hz:[0-9]+$' -e 'begin { @b = 1; } interval:hz:99 { @hz = 1; exit(); } interval:ms:1 { @ms = 1; }'
expect_status 0
expect '^@b: 1$'
expect '^@hz: 1$'
expect_not '^@ms'
run --probe-filter nothing -e 'interval:ms:1 { exit(); }'
expect_status 1
expect '^No probes to attach$'
run --probe-filter 'a(' -e 'interval:ms:1 { exit(); }'
expect_status 1
expect "^ERROR: Invalid --probe-filter regex 'a\\(': " err
