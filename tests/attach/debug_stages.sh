# -d prints what stages made, and the run goes on.
run -d types,codegen,codegen-opt -d dis,verifier -e 'begin { @a = pid; print("ran"); }'
expect_status 0
for line in 'Types:' 'map @a: uint32, 1 entry' 'LLVM IR before optimization:' 'LLVM IR after optimization:' 'BPF instructions:' \
  'BPF verifier log for begin_1:' '[0-9]+: \([0-9a-f]{2}\) .*' 'ran'; do
  expect "^$line$"
done
run -d ast -e 'begin { print("ran"); }'
expect '^ran$'
expect '^AST after: parse$' err
expect '^AST after: compose$' err
run -d parse,libbpf -e 'begin { print("ran"); }'
expect '^ran$'
for stage in d '' ast, ast,x; do
  run -d "$stage" -e 'begin { print("ran"); }'
  expect_status 1
  expect '^ERROR: USAGE: invalid option for -d: ' err
done
