# What is typed into a shell on a terminal.
start -q "$EXAMPLES/bashreadline.bt"
printf 'echo typed %s\nexit\n' "by hand" | script -qec 'bash --norc --noprofile -i' /dev/null >/dev/null
wait_for_line '^ +[0-9]+\.[0-9]{3} [0-9]+ +echo typed by hand$'
stop
expect_status 0
