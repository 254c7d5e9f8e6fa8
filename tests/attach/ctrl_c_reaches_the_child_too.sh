# At a terminal Ctrl-C ends the traced child as well as the run; whichever is noticed first, the maps are printed.
set -m
for ((i = 0; i < 20; ++i)); do
  start -q -e 'begin { printf("child %d\n", cpid); @begun = count(); } interval:s:100 { }' -c 'sleep 100'
  wait_for_line '^child '
  wait_for runs "$(sed -n 's/^child //p' out)"
  kill -INT -- -$sonde
  status=0 && wait $sonde || status=$?
  expect_status 0
  expect '^@begun: 1$'
done
