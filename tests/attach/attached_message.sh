# On standard error, with the right number; -q leaves it out.
run -e 'begin { } begin { } end { } interval:s:1 { exit(); }' -c './progs/calls 1'
expect '^Attached 4 probes$' err
expect_not 'Attached' out
run -q -e 'begin { print(1); }'
expect_not 'Attached' err
expect '^1$'
