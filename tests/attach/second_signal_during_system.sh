# A command that does not end does not hold up the second signal, whichever it is.
mkfifo running
"$SONDE" -q --unsafe -e 'begin { system("echo > running; exec sleep 100"); }' >out 2>err </dev/null &
sonde=$!
read -r _ <running
kill -INT $sonde
wait_for grep -Eq '^SigCgt:\s*0+$' /proc/$sonde/status
kill -TERM $sonde
status=0 && wait $sonde || status=$?
expect_status 143
