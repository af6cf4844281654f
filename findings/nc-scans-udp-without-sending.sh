#!/bin/bash
# nc of OpenBSD (Debian netcat-openbsd 1.219-1): -zu sends nothing and succeeds for a closed port; with -v it sends "X" five times
#
# Guess: -z -u sends an empty datagram and fails when ICMP says that the port is closed; -v only adds text.
# Observed: without -v nothing is sent, and the exit status is 0 for a closed port. With -v five datagrams of one byte, "X", arrive at an
# open port, and a closed one is status 1. nc.traditional and ncat send zero bytes and end with 1 at a closed port.
# Why it matters: `nc -zu host port` in a script never fails; with -v a device under test receives letters as commands of its protocol.
source "$(dirname "$0")/support/lib.sh"
debian netcat-openbsd=1.219-1
cat >"$work/server.py" <<'P'
import socket
s = socket.socket(type=socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
while True:
    print(s.recv(100), flush=True)
P
closed=$(python -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
serve python "$work/server.py"
status() { timeout 20 nc.openbsd "$@" 2>/dev/null && echo 0 || echo $?; }
# told: what arrived, up to a datagram of our own.
told() {
    python -c 'import socket, sys; socket.socket(type=socket.SOCK_DGRAM).sendto(b"end", ("127.0.0.1", int(sys.argv[1])))' "$port"
    for _ in $(seq 100); do tail -n +2 "$work/served.log" | grep -q end && break; sleep 0.1; done
    tail -n +2 "$work/served.log" | paste -sd ' '
}
expect "-zu, closed port" "$(status -zu 127.0.0.1 "$closed")" 0
expect "-zu, open port" "$(status -zu 127.0.0.1 "$port")" 0
expect "received" "$(told)" "b'end'"
expect "-vzu, closed port" "$(status -vzu 127.0.0.1 "$closed")" 1
expect "-vzu, open port" "$(status -vzu 127.0.0.1 "$port")" 0
expect "received in all" "$(told | sed "s/ b'end'$//")" "b'end' b'X' b'X' b'X' b'X' b'X'"
