# While somebody else traces the same function everywhere, a run that is limited to its child counts for it alone.
start -e 'uretprobe:./progs/calls:add { @ = count(); }'
(while :; do progs/calls 3; done >calls.log 2>&1) &
for try in 1 2 3; do
  "$SONDE" -q -e 'uretprobe:./progs/calls:add { @[pid == cpid] = count(); }' -c './progs/calls 3' >own </dev/null
  expect '^@\[(1|true)\]: 3$' own
  expect_not '^@\[(0|false)\]' own
done
stop
expect_status 0
