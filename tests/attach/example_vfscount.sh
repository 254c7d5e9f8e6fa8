# REQUIRES: kprobe
run -q "$EXAMPLES/vfscount.bt"
expect_status 0
expect '^@calls\[kprobe:vfs_read\]: [1-9]'
