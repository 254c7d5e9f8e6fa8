# Nobody reads the output, so the run cannot end yet; what happens from the signal on is not counted all the same.
rm -f out && mkfifo out && exec 7<>out
start -q -e 'profile:hz:999 { printf("a long line that fills the pipe before long: %s %s %s\n", comm, comm, comm); }
  t:syscalls:sys_enter_kill /pid == $1/ { @kills = count(); }' $$
# 1 is the number of write() on x86-64: it waits for the reader.
wait_for grep -q '^1 ' /proc/$sonde/syscall
kill -INT $sonde
wait_for grep -Eq '^SigCgt:\s*0+$' /proc/$sonde/status
for ((i = 0; i < 5; ++i)); do kill -0 $$; done
cat <&7 >text &
reader=$!
status=0 && wait $sonde || status=$?
wait_for grep -q '^@kills' text
kill $reader
exec 7>&-
rm out
expect_status 0
expect '^@kills: 1$' text
