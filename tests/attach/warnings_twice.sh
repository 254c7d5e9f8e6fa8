# -k given twice is -k, with a warning.
run -kk -e 'begin { @a[1] = 1; print(@a[2]); exit(); }'
expect_status 0
expect '^WARNING: -k given twice means the same as once$' err
expect "Can't lookup map element because it does not exist\.$" err
