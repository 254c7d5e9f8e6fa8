# The whole list, and its kinds by pattern.
run -l
expect_status 0
for probe in 'kprobe:vfs_read' 'tracepoint:sched:sched_switch' 'rawtracepoint:vmlinux:sched_switch' 'software:cpu-clock:' \
  'software:cpu:' 'hardware:cycles:'; do
  expect "^$probe\$"
done
expect_not '^(kretprobe|uprobe|interval|profile|begin)'
run -l '*ware:*faults'
[ "$(cat out)" = "$(printf 'software:%s:\n' alignment-faults emulation-faults faults major-faults minor-faults page-faults)" ] ||
  fail "not those alone"
run -l 'interval:*'
[ "$(cat out)" = "$(printf 'interval:%s:\n' hz ms s us)" ] || fail "not those alone"
run -lv 'kretprobe:vfs_read'
expect '^    ssize_t retval$'
run -lv 'kprobe:vfs_read'
expect '^    struct file \*arg0$'
run -lv 'rawtracepoint:sched_switch'
expect '^    struct task_struct \*prev$'
run -l -e ''
expect "^tracepoint:"
