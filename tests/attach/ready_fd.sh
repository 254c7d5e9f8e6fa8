# One byte and a line end when everything is attached.
"$SONDE" --ready-fd=8 -e 'uprobe:./progs/calls:add { @ = count(); } interval:s:1000 { }' 8>told >out 2>err </dev/null &
sonde=$!
wait_for [ -s told ]
stop
expect_status 0
[ "$(stat -c %s told)" -eq 2 ] || fail "not two bytes: $(od -c told)"
[ "$(tail -c 1 told | od -An -tx1)" = " 0a" ] || fail "no line end"
