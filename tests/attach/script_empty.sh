# Nothing to attach is said on standard output, and is no success.
: >empty.bt
run empty.bt
[ "$status" -ne 0 ] || fail "status 0"
echo 'begin { }' >begin.bt
run -q begin.bt
expect_status 0
