# --traceable-functions stands in for the kernel's own list.
printf 'vfs_read\nvfs_write\nsome_function [floppy]\n' >functions
run --traceable-functions functions -l 'kprobe:*'
expect_status 0
[ "$(cat out)" = "kprobe:some_function
kprobe:vfs_read
kprobe:vfs_write" ] || fail "not those alone"
run --traceable-functions functions -l 'kprobe:floppy:*'
expect '^kprobe:floppy:some_function$'
run --traceable-functions nowhere -l
expect_status 1
expect 'nowhere' err
