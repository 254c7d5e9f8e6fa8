#!/bin/busybox sh
# The first process of the guest: mounts the host's root read-only with a memory overlay above it, gives it the file
# systems that a tracer expects, and runs /cmd there. The command talks on ttyS1, the kernel on ttyS0; the last line on
# ttyS1 is "@@exit STATUS".
/bin/busybox mkdir -p /proc /sys /dev /host /layer /system
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
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /system
mount -t proc proc /system/proc
mount -t sysfs sysfs /system/sys
mount -t devtmpfs dev /system/dev
mount -t tmpfs tmpfs /system/run
ln -sf /proc/self/fd /system/dev/fd
ln -sf /proc/self/fd/0 /system/dev/stdin
ln -sf /proc/self/fd/1 /system/dev/stdout
ln -sf /proc/self/fd/2 /system/dev/stderr
mkdir -p /system/dev/shm /system/dev/pts
mount -t devpts devpts /system/dev/pts
mount -t tracefs tracefs /system/sys/kernel/tracing
mount -t debugfs debugfs /system/sys/kernel/debug
mount -t bpf bpf /system/sys/fs/bpf
ip link set lo up 2>/dev/null
stty raw -F /dev/ttyS1
cp /cmd /system/run/cmd
chroot /system /bin/bash /run/cmd </dev/null >/dev/ttyS1 2>&1
printf '\n@@exit %d\n' $? >/dev/ttyS1
sync
poweroff -f
