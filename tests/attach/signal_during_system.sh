# A signal that comes while the last record is processed ends nothing half-way: what follows is printed, the status is 0.
mkfifo running go_on
"$SONDE" -q --unsafe -e 'begin { system("echo > running; cat go_on"); print("printed"); }' >out 2>err </dev/null &
sonde=$!
read -r _ <running
kill -INT "$sonde"
echo >go_on
status=0; wait "$sonde" || status=$?
expect_status 0
expect '^printed$'
