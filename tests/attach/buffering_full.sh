run -q -B full -e 'begin { printf("everything\n"); @ = 1; }'
expect_status 0
expect '^everything$'
expect '^@: 1$'
run -B some -e 'begin { }'
expect_status 1
