# A thousand prints arrive, all and in order, beside a flood of printf that overruns the ring.
# REQUIRES: uprobe
# TIMEOUT: 60
cat >flood.bt <<'END'
uprobe:FOLDER/threads:work { printf("flood %d of a line that is long enough to fill a ring\n", arg0); }
uprobe:FOLDER/calls:add { print(arg0); }
END
sed -i "s:FOLDER:$PROGS:" flood.bt
export BPFTRACE_PERF_RB_PAGES=64
run -q flood.bt -c "$PROGS/both $PROGS/threads 4 50000 -- $PROGS/calls 1000"
expect_status 0
grep -E '^[0-9]+$' out >numbers || true
seq 0 999 | cmp - numbers || fail "control records were lost or overtaken"
