# What older wrappers say is accepted.
run -q -b --btf --usdt-file-activation --verify-llvm-ir --unsafe --diagnostics=text -e 'begin { print("ran"); }'
expect_status 0
expect '^ran$'
