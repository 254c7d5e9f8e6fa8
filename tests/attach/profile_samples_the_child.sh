run -q -e 'profile:hz:499 /pid == cpid/ { @[comm] = count(); }' -c './progs/spin 500'
expect_status 0
expect '^@\[spin\]: [1-9]'
