# REQUIRES: kprobe
# The address of a kernel function, with --unsafe.
address=$(sed -n 's/^\([0-9a-f]*\) [tT] vfs_read$/\1/p' /proc/kallsyms)
run -q -e "kprobe:0x$address { @ = count(); }" -c './progs/caller'
expect_status 1
expect 'Probing by address requires --unsafe' err
run -q --unsafe -e "kprobe:0x$address { @[pid == cpid] = count(); }" -c './progs/caller'
expect_status 0
expect '^@\[(1|true)\]: [1-9]'
