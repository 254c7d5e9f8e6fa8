# The id that a folder's handle holds is the one that `cgroup` gives.
mkdir groups
mount -t cgroup2 none groups
trap 'umount "$PWD/groups"' EXIT
group=$PWD/groups$(awk -F: '$1 == 0 { print $3 }' /proc/self/cgroup)
run -q -e "begin { print(cgroup == cgroupid(\"$group\")); }"
expect '^true$'
run -q -e 'begin { print(cgroupid("/")); }'
expect_status 1
expect 'ERROR: `/` is no folder of a cgroup' err
