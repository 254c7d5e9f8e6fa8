# One clear error with a caret, and nothing runs.
run -e 'k:vfs_read { @ = hist(comm; }'
expect_status 1
expect '^stdin:1:27-28: ERROR: ' err
expect '^ *\| +\^' err
[ "$(grep -c 'ERROR' err)" -eq 1 ] || fail "not one error"
