#!/bin/bash
# inetd 0.20221205 and xinetd 2.3.15.3 end a service that is asked often; tcpserver 0.88 accepts 40 and lets the others wait (Debian 12)
# openbsd-inetd 0.20221205-2~deb12u1, xinetd 1:2.3.15.3-1+b1, ucspi-tcp 1:0.88-7
#
# Guess: a super-server without limits in its configuration serves each connection, at most slower.
# Observed: inetd refuses everything after 255 connections within a minute (for 10 minutes); xinetd resets from the 51st within a second (for 10 s).
# The 41st connection at the same time to tcpserver is made and gets no answer, until one of the 40 ends.
# Why it matters: echo, discard or a script behind one of them is a quick peer for a test of many connections; its limit looks like a lost
# connection, a pool that is too small or a fault of the network. Write "nowait.10000" for inetd, "cps = 10000 1" for xinetd, -c for tcpserver.
source "$(dirname "$0")/support/lib.sh"
debian openbsd-inetd=0.20221205-2~deb12u1 xinetd=1:2.3.15.3-1+b1 ucspi-tcp=1:0.88-7 libbsd0=0.11.7-2 libwrap0=7.6.q-32
[ "$(id -u)" = 0 ] || skip "inetd needs root"
inetd=$(free_port) xinetd=$(free_port) tcpserver=$(free_port)
echo "127.0.0.1:$inetd stream tcp nowait root /usr/bin/printf printf x" >"$work/inetd.conf"
cat >"$work/xinetd.conf" <<C
defaults
{
}
service echo
{
    type = INTERNAL UNLISTED
    port = $xinetd
    bind = 127.0.0.1
    socket_type = stream
    protocol = tcp
    wait = no
    user = root
}
C
start inetd -d "$work/inetd.conf"
start xinetd -dontfork -f "$work/xinetd.conf" -pidfile "$work/xinetd.pid" -filelog "$work/xinetd.log"
start tcpserver 127.0.0.1 "$tcpserver" /bin/cat
cat >"$work/client.py" <<'P'
import socket, sys, time
port, keep, most = int(sys.argv[1]), sys.argv[2] == "keep", int(sys.argv[3])
kept, count, how = [], 0, "all"
for attempt in range(100):
    try:
        socket.create_connection(("127.0.0.1", port), 20).close()
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
time.sleep(1.5)
while count < most:
    try:
        client = socket.create_connection(("127.0.0.1", port), 20)
        client.settimeout(2 if count >= 40 else 20)
        client.sendall(b"x")
        if client.recv(1) != b"x":
            how = "end"
            break
        count += 1
        kept.append(client) if keep else client.close()
    except TimeoutError:
        how = "no answer"
        break
    except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
        how = "refused"
        break
print(count, how)
P
ask() { timeout 55 /usr/bin/python3 "$work/client.py" "$@"; }
out=$(ask "$inetd" close 300)
case $out in "254 end" | "254 refused") ;; *) changed "inetd: expected 254 after the first one, observed $out" ;; esac
echo "  inetd, of 300 after the first one: ${out% *}"
out=$(ask "$xinetd" close 300)
case $out in "300 all") changed "xinetd: expected an end within 300 connections, observed $out" ;; *) ;; esac
echo "  xinetd ends within 300 quick ones"
expect "tcpserver, at the same time" "$(ask "$tcpserver" keep 60)" "40 no answer"
