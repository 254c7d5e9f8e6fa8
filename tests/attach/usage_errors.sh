run --no-such-option
expect_status 1
run -e ''
expect_status 1
expect "USAGE: filename or -e 'program' required\." err
run -p 1 -c /bin/true -e 'begin { }'
expect_status 1
expect '^USAGE: Cannot use both -c and -p\.$' err
run -l one two
expect_status 1
run -e 'begin { print($1); }' -2
expect_status 1
