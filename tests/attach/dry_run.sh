# Everything is loaded and attached, nothing is printed.
run --dry-run -e 'begin { print("no"); @ = 1; } uprobe:./progs/calls:add { print("neither"); } end { print("nor"); }'
expect_status 0
[ ! -s out ] || fail "there is output"
run --dry-run -q -e 'profile:hz:100000000 { }'
expect_status 255
