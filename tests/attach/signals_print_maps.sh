# SIGINT and SIGTERM end the run with its maps printed and status 0.
# REQUIRES: perf_event
for signal in INT TERM; do
  start -q -e 'begin { @begun = 1; } interval:ms:10 { @ticks = count(); } end { printf("ended\n"); }'
  sleep 0.3
  stop $signal
  expect_status 0
  expect '^@begun: 1$'
  expect '^@ticks: [1-9]'
  expect '^ended$'
done
