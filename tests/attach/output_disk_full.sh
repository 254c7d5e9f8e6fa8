# What cannot be written is an error, not silence.
run -o /dev/full -e 'begin { print("text"); }'
[ "$status" -ne 0 ] || fail "status 0"
expect 'No space left on device' err
