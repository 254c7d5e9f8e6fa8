# ALONE: compares the system's BPF objects before and after
# A signal ends sonde at once while the kernel still looks at a program; nothing is left.
progs/bpf_ids >before
"$SONDE" -q -e 'begin { $s = str_concat("hello", comm); unroll (100) { unroll (100) {
  @c = sum(strcontains($s, "w") ? 1 : 0); } } }' >out 2>err </dev/null &
sonde=$!
sleep 0.5
kill -TERM $sonde 2>/dev/null || true
status=0
wait $sonde || status=$?
[ "$status" -eq 143 ] || [ "$status" -eq 255 ] || fail "status $status"
wait_for nothing_new
