# A flood that nobody reads for a while: what is printed and what is lost make up all, at the site's own line.
cp progs/calls flooder
mkfifo go
export BPFTRACE_PERF_RB_PAGES=4
printf 'uprobe:./flooder:add {\n  printf("%%d and a line that takes some room in the ring\\n", arg0);\n}\n' >flood.bt
"$SONDE" flood.bt -c './flooder 300000' > >(read -r _ <go; cat >out; touch read) 2>err </dev/null &
sonde=$!
# 1 is the number of write() on x86-64.
wait_for grep -q '^1 ' /proc/$sonde/syscall
echo >go
status=0 && wait $sonde || status=$?
wait_for test -e read
expect_status 0
lost=$(sed -nE 's/^WARNING: Total lost event count: ([0-9]+)$/\1/p' err)
printed=$(grep -c 'a line that takes' out)
[ "${lost:-0}" -gt 0 ] || fail "nothing lost"
[ $((printed + lost)) -eq 300000 ] || fail "$printed printed and $lost lost are not all"
expect 'Lost [0-9]+ events' err
expect 'flood.bt:2:' err
