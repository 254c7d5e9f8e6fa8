# Where tracefs is not there and cannot be mounted, the error says what to do.
unshare -m bash -c 'umount -l /sys/kernel/debug/tracing /sys/kernel/tracing /sys/kernel/debug 2>/dev/null
  exec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$0" -e "t:sched:sched_switch { print(args.prev_pid); }"' "$SONDE" \
  >out 2>err && fail "status 0"
expect 'tracefs' err
expect 'mount' err
