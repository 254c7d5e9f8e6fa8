# The user's part of a system call.
run -q -e 't:syscalls:sys_enter_dup2 /pid == cpid/ { print(ustack); }' -c ./progs/caller
expect_status 0
expect '^        dup2\+[0-9]+$'
