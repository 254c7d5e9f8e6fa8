# What cannot be written is an error, not silence, and the run is over: nothing else would end these.
run -q -o /dev/full -e 'begin { print("text"); } interval:s:100 { }'
expect_status 255
expect 'No space left on device' err
# The text of the first record is noticed when a later one is written, by a map, or by nothing at all.
for body in '@ = count();' 'print("more");' ''; do
  status=0
  "$SONDE" -e "begin { print(1); } interval:ms:10 { $body }" >/dev/full 2>err </dev/null || status=$?
  expect_status 255
  expect 'No space left on device' err
done
