# A child that ignores SIGTERM does not outlive the tool, however the tool ends.
printf "trap '' TERM\necho ready\nfor i in {1..300}; do sleep 0.1; done\n" >stubborn
for signal in INT KILL; do
  start -q -e 'begin { printf("child %d\n", cpid); } interval:s:100 { }' -c '/bin/bash ./stubborn'
  wait_for_line '^ready'
  wait_for_line '^child '
  child=$(sed -n 's/^child //p' out)
  stop $signal
  wait_for gone "$child"
done
