# Text without a line end is in the file while the run goes on.
start -q -B none -o file -e 'begin { printf("partial"); } interval:s:1000 { }'
wait_for_line '^partial' file
stop
expect_status 0
