mkdir folder.bt
run folder.bt
expect_status 1
expect "^ERROR: .*'folder.bt': Is a directory$" err
