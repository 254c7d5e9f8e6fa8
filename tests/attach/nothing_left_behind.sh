# After an error at each step of start-up no program, map, link, mount or event of ours is left.
# REQUIRES: uprobe
# ALONE: it compares what the whole system has before and after
state() {
  "$PROGS/bpf_ids"
  cat /proc/self/mounts
  cat /sys/kernel/tracing/uprobe_events /sys/kernel/tracing/kprobe_events 2>/dev/null || true
}
refused() { run "$@"; [ "$status" -ne 0 ] || fail "accepted: $*"; [ -s err ] || fail "no message: $*"; }
good="uprobe:$PROGS/calls:add { @[str(arg0)] = count(); }"
run -q -e 'tracepoint:raw_syscalls:sys_enter { } begin { exit(); }'  # mounts tracefs where it is missing
state >before
refused /nonexistent.bt
refused -e 'begin { '
refused -e 'uprobe:/nonexistent:f { }'
refused -e "uprobe:$PROGS/calls:nonexistent { }"
refused -e 'tracepoint:nonexistent:event { }'
refused -e 'begin { @ = frob(); }'
refused -o /nonexistent/file -e "$good"
refused -c /nonexistent -e "$good"
refused -p 4194303 -e "$good"
refused --ready-fd=77 -e "$good"
state | diff before - || fail "something is left"
