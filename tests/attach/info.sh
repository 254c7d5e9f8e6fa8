# Every capability by its name, and reasons for what is missing.
run --info
expect_status 0
for section in System Build 'Kernel helpers' 'Kernel features' 'Probe types'; do expect "^$section$"; done
for name in ringbuf ringbuf_query ktime_get_boot_ns ns_current_pid_tgid lookup_percpu_elem loop for_each_map_elem \
  get_func_ip btf 'module btf' mmapable_array batch_lookup tracefs tracepoint raw_tracepoint tp_btf kprobe kprobe_multi \
  uprobe uprobe_multi perf_event kprobe_session iter dpath; do
  expect "(^|  )$name: (yes|no)( |$)"
done
expect '^  Instruction limit: 1000000 '
expect ' uprobe: yes'
expect ' tracepoint: yes'
if grep -Eq ': no( |$)' <(grep -v 'bfd\|lib\|blazesym\|dwunwind' out); then expect '^Why not$'; fi
# Without privileges nothing could be found out.
status=0
setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all "$SONDE" --info >out 2>err || status=$?
expect_status 1
expect 'as the root user' err
