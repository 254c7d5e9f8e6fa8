start -q -B line -o file -e 'begin { printf("a whole line\n"); } interval:s:1000 { }'
wait_for_line '^a whole line$' file
stop
expect_status 0
