# A hundred tracepoints do not keep the prompt waiting: perf events alone would take eight seconds.
# REQUIRES: tracepoint
# ALONE: it measures time
names=$(ls -d /sys/kernel/tracing/events/syscalls/sys_enter_* | head -100 | sed 's:.*/:tracepoint\:syscalls\::' | paste -sd,)
start -q -e "$names { @[comm] = count(); }"
begun=$(date +%s%N)
stop
took=$((($(date +%s%N) - begun) / 1000000))
expect_status 0
[ $took -lt $((1000 * PATIENCE)) ] || fail "it took $took ms to stop"
