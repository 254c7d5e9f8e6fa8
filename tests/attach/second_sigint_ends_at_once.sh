# Nobody reads the output, so the run cannot end in order; the second signal does not wait for that.
rm -f out && mkfifo out && exec 7<>out
start -e 'profile:hz:999 { printf("a long line that fills the pipe before long: %s %s %s\n", comm, comm, comm); }'
# 1 is the number of write() on x86-64: it waits for the reader.
wait_for grep -q '^1 ' /proc/$sonde/syscall
kill -INT $sonde
wait_for grep -Eq '^SigCgt:\s*0+$' /proc/$sonde/status
wait_for grep -q '^1 ' /proc/$sonde/syscall
kill -INT $sonde
status=0 && wait $sonde || status=$?
exec 7>&-
rm out
expect_status 130
