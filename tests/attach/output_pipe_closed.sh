# The reader goes away; sonde ends by itself.
status=0
"$SONDE" -q -e 'interval:ms:1 { print("line"); }' 2>err </dev/null | head -n 1 >out || status=$?
expect '^line$'
