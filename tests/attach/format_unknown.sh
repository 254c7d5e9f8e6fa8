run -f yaml -e 'begin { print(1); }'
expect_status 1
expect '^ERROR: Invalid output format "yaml"$' err
expect "^Valid formats: 'text', 'json'$" err
