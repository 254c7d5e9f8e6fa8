# Without the capabilities there is one clear error.
setpriv --bounding-set=-all --inh-caps=-all "$SONDE" -e 'begin { }' >out 2>err && fail "status 0"
expect '^ERROR: Missing CAP_BPF capability' err
[ "$(grep -c . err)" -eq 1 ] || fail "not one line"
