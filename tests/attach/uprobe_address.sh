# By virtual address, as the symbol table has it.
address=$(nm progs/calls | sed -n 's/^0*\([0-9a-f]*\) T add$/\1/p')
run -q -e "uprobe:./progs/calls:0x$address { @ = sum(arg0); @n = count(); @at[probe] = count(); }" -c './progs/calls 3'
expect_status 0
expect '^@n: 3$'
expect "^@at\\[uprobe:\\./progs/calls:$((16#$address))\\]: 3$"
