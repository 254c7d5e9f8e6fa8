# REQUIRES: btf
run -l 'struct task_struct'
expect_status 0
[ "$(cat out)" = 'struct task_struct' ] || fail "not that alone"
run -lv 'struct list_head'
printf 'vmlinux: struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n' >wanted
cmp out wanted || fail "another definition"
run -lv 'struct file'
expect '^vmlinux: struct file \{$'
expect '^	(union|struct) \{$'
expect '^	fmode_t f_mode;$'
expect '^\};$'
run -lv 'enum pid_type'
expect '^	PIDTYPE_TGID = 1,$'
run -l 'struct list_*'
expect '^struct list_head$'
expect_not '^struct task_struct$'
