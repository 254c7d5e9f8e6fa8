mkfifo go
(read -r line <go; exec ./progs/opens /no/such/file 2) & child=$!
start -q -p $child "$EXAMPLES/opensnoop.bt"
echo >go
wait_for gone $sonde
expect "^$child +opens +-2 /no/such/file\$"
