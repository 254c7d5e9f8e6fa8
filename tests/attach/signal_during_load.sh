# ALONE: compares the system's BPF objects before and after
# A signal ends sonde at once while the kernel still looks at a program; nothing is left.
progs/bpf_ids >before
"$SONDE" -q -e 'begin { $s = str_concat("hello", comm); unroll (100) { unroll (100) {
  @c = sum(strcontains($s, "w") ? 1 : 0); } } }' >out 2>err </dev/null &
sonde=$!
# Nothing else takes so many hundredths of a second of the kernel's time.
wait_for awk '{ exit !($15 > 50) }' /proc/$sonde/stat
kill -TERM $sonde
status=0
wait $sonde || status=$?
expect_status 143
wait_for nothing_new
