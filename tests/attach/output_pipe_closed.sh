# The reader goes away; sonde ends by itself, with an error and not in silence.
set +o pipefail
"$SONDE" -q -e 'interval:ms:1 { print("line"); }' 2>err </dev/null | head -n 1 >out
status=${PIPESTATUS[0]}
expect '^line$'
expect_status 255
expect 'standard output: write: Broken pipe' err
