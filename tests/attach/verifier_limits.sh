# What a script asks too much of the kernel's verifier is said as that, and not called a bug.
run -e 'begin { @c = 0; while (@c < 5) { @c++; } print(@c); }'
expect_status 255
expect 'cannot see that a .while. loop ends' err
expect_not 'bug in sonde' err
{ echo 'begin {'; for ((i = 0; i < 2500; ++i)); do echo '@a = 1;'; done; echo '}'; } >long.bt
run --no-warnings long.bt
expect_status 255
expect 'the body is too long' err
