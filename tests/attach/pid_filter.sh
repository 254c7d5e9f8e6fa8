# -p traces one process of two that run the same program, and the run ends with it.
# REQUIRES: uprobe
"$PROGS/spin" $((1500 * PATIENCE)) &
traced=$!
"$PROGS/spin" $((3000 * PATIENCE)) &
other=$!
run -q -p $traced -e "uprobe:$PROGS/spin:turn { @[pid] = count(); }"
expect_status 0
kill $other
expect "^@\[$traced\]: [1-9]"
expect_not "^@\[$other\]"
