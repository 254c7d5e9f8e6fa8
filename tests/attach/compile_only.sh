# --mode codegen compiles and stops; --emit-elf and --emit-llvm write files and the run goes on.
run --mode codegen -e 'begin { print("ran"); }'
expect_status 0
[ ! -s out ] || fail "there is output"
run --mode codegen -e 'begin { print(no_such_name); }'
expect_status 1
run --mode format -e 'begin{}'
expect '^begin \{ \}$'
run --fmt --mode codegen -e 'begin{}'
expect_status 0
[ ! -s out ] || fail "the later --mode does not win"
run --mode codegen --fmt -e 'begin{}'
expect '^ERROR: USAGE: --fmt conflicts with existing --mode$' err
run --mode walk -e 'begin{}'
expect_status 1
expect '^ERROR: USAGE: --mode can only be ' err
run --emit-elf object --emit-llvm code -e 'begin { print("ran"); }'
expect '^ran$'
[ "$(head -c 4 object | tail -c 3)" = ELF ] || fail "no object"
grep -q begin_1 code.original.ll && grep -q begin_1 code.optimized.ll || fail "no code"
