run -q -p $$ --dry-run "$EXAMPLES/execsnoop.bt"
expect_status 0
mkfifo go
(read -r line <go; exec ./progs/calls 3) & child=$!
start -q -p $child "$EXAMPLES/execsnoop.bt"
echo >go
wait_for gone $sonde
expect "^ +[0-9]+\\.[0-9]{3} $child +bash +.*/progs/calls\$"
