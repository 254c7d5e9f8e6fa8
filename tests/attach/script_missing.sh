run nowhere.bt
expect_status 1
expect "^ERROR: failed to open file 'nowhere.bt': No such file or directory$" err
