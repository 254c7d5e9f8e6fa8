run -l 'uprobe:./progs/calls:*er'
expect_status 0
expect '^uprobe:./progs/calls:inner$'
expect '^uprobe:./progs/calls:outer$'
expect_not 'greet'
