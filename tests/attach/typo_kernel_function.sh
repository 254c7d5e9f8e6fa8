run -e 'kprobe:vfs_raed { }'
expect_status 1
expect '^stdin:1:1-16: ERROR: ' err
expect 'vfs_read' err
