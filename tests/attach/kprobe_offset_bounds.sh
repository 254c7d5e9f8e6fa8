# A file with the kernel's symbols tells how long a function is.
echo 'int vfs_read(void) { return 1; } int main(void) { return 0; }' | gcc -x c -o vmlinux -
export BPFTRACE_VMLINUX=vmlinux
run --emit=probes -e 'kprobe:vfs_read+4096 { }'
expect_status 1
expect "Offset outside the function bounds \\('vfs_read' size is [0-9]+\\)" err
run --emit=probes -e 'kprobe:vfs_read+4 { }'
expect_status 0
