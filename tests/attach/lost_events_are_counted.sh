# A reader that does not read costs events; sonde says how many and where.
# REQUIRES: uprobe
export BPFTRACE_PERF_RB_PAGES=16
"$SONDE" -q -e "uprobe:$PROGS/threads:work { printf(\"%d of a long line, so that few of them fit\\n\", arg0); }" \
  -c "$PROGS/threads 2 100000" 2>err | { sleep 3; cat >out; }
expect '^Lost [1-9][0-9]* events' err
expect 'Total lost event count: [1-9]' err
