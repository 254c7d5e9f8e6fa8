# All files that match a pattern and have the function; those without it are passed over.
mkdir one two
cp progs/calls one/calls
cp progs/spin two/calls
run -q -e "uprobe:$PWD/*/calls:add { @[probe] = count(); }" -c './one/calls 3'
expect_status 0
expect "^@\\[uprobe:$PWD/one/calls:add\\]: 3$"
run -l "uprobe:$PWD/*/calls:add"
[ "$(cat out)" = "uprobe:$PWD/one/calls:add" ] || fail "not that alone"
