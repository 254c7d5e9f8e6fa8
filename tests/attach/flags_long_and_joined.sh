# Long options by a unique prefix, short ones joined, after the program too.
run --qui --out=file -e 'begin { print("one"); }'
expect '^one$' file
run -qe 'begin { print("two"); }'
expect '^two$'
run -e 'begin { print("three"); }' -q
expect '^three$'
expect_not Attached err
