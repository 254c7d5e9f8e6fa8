# REQUIRES: kprobe
# With --unsafe what does not seem to be there is tried all the same.
run -e 'kprobe:no_such_function { }'
expect_status 1
expect 'ERROR: No matches for kprobe no_such_function\.' err
expect 'WARNING: no_such_function is not traceable \(either non-existing, inlined, or marked as "notrace"\)' err
run --unsafe -e 'kprobe:no_such_function { }'
expect_status 255
expect 'Unable to attach probe: kprobe:no_such_function' err
