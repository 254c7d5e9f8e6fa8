# REQUIRES: kprobe
run -e 'kprobe:no_such_module:vfs_read { }'
expect_status 1
expect 'no_such_module' err
run -e 'kprobe:overlay:vfs_read { }'
expect_status 1
expect 'No matches for kprobe overlay:vfs_read\.' err
