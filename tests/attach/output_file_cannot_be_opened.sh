run -o no/such/folder/file -e 'begin { print(1); }'
expect_status 1
expect '^ERROR: [Ff]ailed to open output file: "no/such/folder/file": No such file or directory$' err
[ ! -s out ] || fail "something ran"
