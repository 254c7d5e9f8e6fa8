#!/bin/busybox sh
# The first process of the guest: mounts the host's root read-only with a memory overlay above it, gives it the file
# systems that a tracer expects, and runs /cmd there. The command talks on ttyS1, the kernel on ttyS0; the last line on
# ttyS1 is "@@exit STATUS".
/bin/busybox mkdir -p /proc /sys /dev /host /layer /root
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for module in /modules/*.ko; do
  insmod "$module" || echo "init: insmod $module failed"
done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=mmap,ro hostroot /host || poweroff -f
mount -t tmpfs layer /layer
mkdir -p /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root
mount -t proc proc /root/proc
mount -t sysfs sysfs /root/sys
mount -t devtmpfs dev /root/dev
mount -t tmpfs tmpfs /root/tmp
mount -t tmpfs tmpfs /root/run
ln -sf /proc/self/fd /root/dev/fd
ln -sf /proc/self/fd/0 /root/dev/stdin
ln -sf /proc/self/fd/1 /root/dev/stdout
ln -sf /proc/self/fd/2 /root/dev/stderr
mkdir -p /root/dev/shm /root/dev/pts
mount -t devpts devpts /root/dev/pts
mount -t tracefs tracefs /root/sys/kernel/tracing
mount -t debugfs debugfs /root/sys/kernel/debug
mount -t bpf bpf /root/sys/fs/bpf
ip link set lo up 2>/dev/null
stty raw -F /dev/ttyS1
cp /cmd /root/run/cmd
chroot /root /bin/bash /run/cmd </dev/null >/dev/ttyS1 2>&1
printf '\n@@exit %d\n' $? >/dev/ttyS1
sync
poweroff -f
