# Split at single spaces, without a shell.
run -q -e 'interval:s:1000 { }' -c '/bin/echo one two "three'
expect_status 0
expect '^one two "three$'
