# REQUIRES: kprobe_multi
# One link for all functions, each counted in the message.
run -v -e 'kprobe:vfs_rea* /pid == cpid/ { @ = count(); } kretprobe:vfs_rea* /pid == cpid/ { @r = count(); }' -c ./progs/caller
expect_status 0
expect '^@: [1-9]'
expect '^@r: [1-9]'
expect '^Attached ([4-9]|[1-9][0-9])+ probes$' err
run --emit=plan -e 'kprobe:vfs_rea* { }'
expect 'kprobe_multi'
