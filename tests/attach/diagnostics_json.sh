# --diagnostics=json: an object per line.
run --diagnostics=json -e 'begin { frob(); }'
expect_status 1
/usr/bin/python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <err
expect '"unknown-function"' err
