# Functions for the shell cases of the attach tier. Output of the last sonde is in the files out and err.

fail() { echo "$*" >&2; for f in out err; do [ ! -s $f ] || sed "s/^/$f: /" $f >&2; done; exit 1; }

# run ARGS...: sonde with ARGS to its end; its exit status is in $status.
run() { status=0; "$SONDE" "$@" >out 2>err </dev/null || status=$?; }

# start ARGS...: sonde with ARGS in the background; comes back when all probes are attached. Its pid is in $sonde.
start() {
  rm -f ready && mkfifo ready
  "$SONDE" --ready-fd=9 "$@" 9>ready >out 2>err </dev/null &
  sonde=$!
  local byte
  read -r -t $((20 * PATIENCE)) byte <ready || fail "sonde did not attach"
}

# stop [SIGNAL]: ends what `start` started, with its exit status in $status.
stop() { kill -"${1:-INT}" "$sonde"; status=0; wait "$sonde" || status=$?; }

# expect REGEX [FILE]: some line of FILE (out) matches.
expect() { grep -Eq -- "$1" "${2:-out}" || fail "no line of ${2:-out} matches: $1"; }
expect_not() { ! grep -Eq -- "$1" "${2:-out}" || fail "a line of ${2:-out} matches: $1"; }
expect_status() { [ "$status" -eq "$1" ] || fail "status $status, expected $1"; }
