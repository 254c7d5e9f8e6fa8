# Nothing is attached for a command that cannot be run.
for command in ./no/such/program no_such_program_here ./; do
  run -e 'interval:s:1000 { }' -c "$command"
  [ "$status" -ne 0 ] || fail "status 0 for $command"
  expect '^ERROR: ' err
  [ ! -s out ] || fail "output for $command"
done
printf '#!/bin/sh\nexit 3\n' >script && chmod +x script
run -e 'interval:s:1000 { }' -c ./script
expect_status 1
expect 'interpreter: -c .sh ./script' err
