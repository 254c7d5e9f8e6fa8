# The script's output goes to the file, everything else stays where it is.
echo old >file
run -o file -e 'begin { print("text"); @ = 3; }'
expect_status 0
expect '^text$' file
expect '^@: 3$' file
expect_not 'old' file
[ ! -s out ] || fail "standard output is not empty"
expect '^Attached 1 probe$' err
