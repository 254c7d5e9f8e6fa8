# While sonde waits for the reader of a full pipe, control records fill the ring and exit() finds no room: what the ring
# holds is printed all the same, and the rest is counted.
cp progs/calls flooder
export BPFTRACE_PERF_RB_PAGES=4
rm -f out && mkfifo out && exec 7<>out
head -c 65536 /dev/zero >&7
start -q -e 'uprobe:./flooder:add { @n = arg0; print(@n); } uprobe:./flooder:main { @runs++; }
  uretprobe:./flooder:main { if (@runs == 2) { exit(); } }'
waits_in_write() { grep -q '^1 ' /proc/$sonde/syscall; }
./flooder 1
wait_for waits_in_write
./flooder 5000
cat <out >all 7>&- &
reader=$!
exec 7>&-
wait $sonde
wait $reader
rm out
lost=$(sed -nE 's/^WARNING: Total lost event count: ([0-9]+)$/\1/p' err)
printed=$(tr -d '\0' <all | grep -c '^@n: ')
[ "${lost:-0}" -gt 0 ] || fail "nothing lost"
# One more of either: the map at the end, and the exit() itself.
[ $((printed + lost)) -eq 5003 ] || fail "$printed printed and $lost lost are not all"
