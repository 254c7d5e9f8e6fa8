# The README's one-liners: each attaches, and one that runs a program of ours or lists runs to its end.
# TIMEOUT: 90
cp "$PROGS/attic" program
sleep 300 & target=$!
sed -n '/^## One-liners/,/^## What/p' "$EXAMPLES/../README.md" | grep '^sonde ' >lines
[ "$(wc -l <lines)" -ge 12 ] || fail "the README has too few one-liners"
while read -r line; do
  case "$line" in *"'k:"*) "$SONDE" --info | grep -q ' kprobe: yes' || continue ;; esac
  line="${line/ PID / $target }"
  case "$line" in *' -c '*|*' -l '*) ;; *) line="$line --dry-run" ;; esac
  status=0
  eval "\"$SONDE\"${line#sonde}" >out 2>err </dev/null || status=$?
  [ "$status" -eq 0 ] || fail "status $status of: $line"
done <lines
