# REQUIRES: kprobe
run -e 'kprobe:vfs_read+1 { }'
[ "$status" -ne 0 ] || fail "status 0"
expect 'vfs_read\+1' err
