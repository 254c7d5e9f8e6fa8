# A time of the TAI clock that is moved by a span, on either side of `+`, is still one of that clock.
before=$(date +%s)
run -q -e 'begin { $now = nsecs(sw_tai); $span = pid - pid; printf("%s %s %s\n", strftime("%s", $span + $now), strftime("%s", $now + $span), strftime("%s", $now - 1)); }'
after=$(($(date +%s) + 1))
read -r left right lowered <out
for seconds in "$left" "$right" "$lowered"; do
  [ "$seconds" -ge $((before - 2)) ] && [ "$seconds" -le "$after" ] || fail "$seconds is not between $before and $after"
done
