# The object of --emit=obj is an ELF file with one section per program.
run --emit=obj -e 'uprobe:./progs/calls:add { @ = count(); }'
expect_status 0
[ "$(head -c 4 out | tail -c 3)" = ELF ] || fail "no ELF file"
