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
run -qz -e 'begin { }'
expect "^USAGE: unknown option '-z'\.$" err
run --no -e 'begin { }'
expect "^USAGE: several options begin like '--no'\.$" err
run --quiet=1 -e 'begin { }'
expect "^USAGE: no argument belongs to '--quiet=1'\.$" err
run -e 'begin { }' -o ''
expect '^ERROR: Failed to open output file: "": No such file or directory$' err
run -e 'begin { }' -c ''
expect '^ERROR: -c needs a command' err
