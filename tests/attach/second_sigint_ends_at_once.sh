# Nobody reads the output, so the run cannot end in order.
rm -f out && mkfifo out && exec 7<>out
start -e 'profile:hz:999 { printf("a long line that fills the pipe before long: %s %s %s\n", comm, comm, comm); }'
kill -INT $sonde
for ((i = 0; i < 100; ++i)); do
  sleep 0.2
  kill -INT $sonde 2>/dev/null || break
done
status=0 && wait $sonde || status=$?
exec 7>&-
rm out
[ $status -eq 130 ] || [ $status -eq 0 ] || fail "status $status"
