# All files that match a pattern and have the function; those without it are passed over.
mkdir -p bin/one bin/two
cp progs/calls bin/one/calls
cp progs/spin bin/two/calls
run -q -e "uprobe:$PWD/bin/*/calls:add { @[probe] = count(); }" -c './bin/one/calls 3'
expect_status 0
expect "^@\\[uprobe:$PWD/bin/one/calls:add\\]: 3$"
run -l "uprobe:$PWD/bin/*/calls:add"
[ "$(cat out)" = "uprobe:$PWD/bin/one/calls:add" ] || fail "not that alone"
