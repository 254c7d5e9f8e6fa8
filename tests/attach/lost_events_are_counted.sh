# A ring that is too small for the flood: what is printed and what is lost make up all, at the site's own line.
cp progs/calls flooder
export BPFTRACE_PERF_RB_PAGES=4
printf 'uprobe:./flooder:add {\n  printf("%%d and a line that takes some room in the ring\\n", arg0);\n}\n' >flood.bt
run flood.bt -c './flooder 300000'
expect_status 0
lost=$(sed -nE 's/^WARNING: Total lost event count: ([0-9]+)$/\1/p' err)
printed=$(grep -c 'a line that takes' out)
[ "${lost:-0}" -gt 0 ] || fail "nothing lost"
[ $((printed + lost)) -eq 300000 ] || fail "$printed printed and $lost lost are not all"
expect 'Lost [0-9]+ events' err
expect 'flood.bt:2:' err
