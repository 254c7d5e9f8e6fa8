# ALONE: compares the system's BPF objects before and after
# Whatever step of start-up fails, its error is told and nothing stays.
progs/bpf_ids >before
cp /proc/self/mounts mounts
events() { cat /sys/kernel/tracing/{uprobe,kprobe}_events 2>/dev/null || true; }
events >events_before
probes='uprobe:./progs/calls:add { @ = count(); } t:syscalls:sys_enter_dup2 { printf("%d", args.oldfd); }'
for words in '-e syntax{' "-e begin{nonsense}" '-e uprobe:./progs/calls:nowhere{}' '-o no/where' '-c no_such_program' \
  '-p 4194304' '-f xml' '--ready-fd=77' '-e profile:hz:100000000{}'; do
  case $words in -e*) run -e "$probes ${words#-e }" ;; *) run -e "$probes" $words ;; esac
  [ "$status" -ne 0 ] || fail "status 0 with $words"
  [ -s err ] || fail "no message with $words"
done
wait_for nothing_new
diff <(grep -v tracefs mounts) <(grep -v tracefs /proc/self/mounts) || fail "mounts differ"
events | diff events_before - || fail "events are left"
