echo 'begin { printf("%s\n", str($1)); nonsense }' | "$SONDE" - >out 2>err && fail "status 0"
expect '^stdin:1:34-42: ERROR: ' err
echo 'begin { printf("%s\n", str($1)); }' | "$SONDE" -q - word >out
expect '^word$'
