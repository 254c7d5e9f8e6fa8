# NOTIFY_SOCKET: a service manager hears when everything is attached and when the run ends. The harness hook prints a line.
/usr/bin/python3 - >told <<'LISTEN' &
import socket
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.settimeout(60)
listener.bind('notify')
for _ in range(2): print(listener.recv(100).decode(), flush=True)
LISTEN
listener=$!
wait_for test -S notify
NOTIFY_SOCKET=$PWD/notify __BPFTRACE_NOTIFY_PROBES_ATTACHED=1 run -e 'begin { exit(); }'
expect_status 0
expect '^__BPFTRACE_NOTIFY_PROBES_ATTACHED$'
wait "$listener"
[ "$(tr '\n' ' ' <told)" = 'READY=1 STOPPING=1 ' ] || fail "told: $(cat told)"
run -e 'begin { exit(); }'
expect_not NOTIFY
BPFTRACE_COLOR=sometimes run -e 'begin { exit(); }'
expect '^WARNING: BPFTRACE_COLOR is `sometimes`; it takes auto, always or never$' err
