# What a script asks too much of the kernel's verifier is said as that, and not called a bug.
run -e 'begin { @c = 0; while (@c < 5) { @c++; } print(@c); }'
expect_status 255
expect 'cannot see that a .while. loop ends' err
expect_not 'bug in sonde' err
{ echo 'begin {'; for ((i = 0; i < 2500; ++i)); do echo '@a = 1;'; done; echo '}'; } >long.bt
run --no-warnings long.bt
expect_status 255
expect 'the body is too long' err
# Of a body that is longer still no object can be made.
{ echo 'begin { @b = 1; }'; echo 'begin {'; for ((i = 0; i < 4000; ++i)); do echo '@a = 1;'; done; echo '}'; } >longer.bt
run --no-warnings longer.bt
expect_status 1
expect 'longer.bt:2-4003: ERROR: the body is too long' err
[ "$(wc -l <err)" -lt 20 ] || fail 'the whole body is shown'
# A program uses 64 maps at most.
{ echo 'begin {'; for ((i = 0; i < 100; ++i)); do echo "@m$i[1] = 1;"; done; echo '}'; } >maps.bt
run --no-warnings maps.bt
expect_status 1
expect 'maps, sonde.s own included, and a BPF program can use 64' err
# A loop of many rounds with many ways out.
run -e 'begin { $i = 0; while ($i < 100000) { $i++; @[$i] = 1; } }'
expect_status 255
expect 'open branches' err
