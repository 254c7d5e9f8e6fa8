run -e 'begin { printt(1); }'
expect_status 1
expect '\[unknown-function\]$' err
expect 'print' err
run -e 't:syscalls:sys_enter_openat { print(args.filenam); }'
expect_status 1
expect '\[unknown-field\]$' err
expect 'filename' err
run -e 'begin { $value = 1; print($valeu); }'
expect_status 1
expect 'Undefined or undeclared variable: \$valeu' err
