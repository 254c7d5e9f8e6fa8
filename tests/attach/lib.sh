# Functions for the shell cases of the attach tier. Output of the last sonde is in the files out and err; progs is the
# folder of the programs under test. What a case leaves running in the background ends with it.

ln -s "$PROGS" progs
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

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

# wait_for COMMAND...: until it succeeds, for at most 20 seconds.
wait_for() {
  local tries=$((200 * PATIENCE))
  until "$@" 2>/dev/null; do
    [ $((tries -= 1)) -gt 0 ] || fail "waited in vain for: $*"
    sleep 0.1
  done
}
wait_for_line() { wait_for grep -Eq -- "$1" "${2:-out}"; }

# nothing_new: no BPF program, map or link is there now that was not when `bpf_ids >before` was run.
nothing_new() { progs/bpf_ids >after && [ -z "$(comm -13 <(sort before) <(sort after))" ]; }

# runs PID: it is the program that it is to become.
runs() { [ "$(cat /proc/"$1"/comm)" != bash ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
