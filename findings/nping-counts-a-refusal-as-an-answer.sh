#!/bin/bash
# nping 7.93 (Debian nmap 7.93+dfsg1-1): "port unreachable" is 0 % lost with a round-trip time, and the status is 0 when each connect failed
#
# Guess: a UDP probe to a closed port is lost, at least not answered: "Rcvd: 0", and the status tells whether anything answered, as ping's does.
# Observed: `nping --udp -p CLOSED` counts the ICMP error as the answer: "Rcvd: 1 | Lost: 0 (0.00%)", with its time. An open port whose program reads the
# datagram and does not answer is 100 % lost. `--tcp-connect` with "Failed: 1 (100.00%)" ends with 0.
# Why it matters: a script that waits for a UDP service by nping's loss succeeds while the service is down, and fails when it is up. Look for
# "RCVD ... UDP" in its output.
source "$(dirname "$0")/support/lib.sh"
debian nmap=7.93+dfsg1-1 nmap-common=7.93+dfsg1-1 liblinear4=2.3.0+dfsg-5 liblua5.3-0=5.3.6-2 lua-lpeg=1.0.2-2 libpcap0.8=1.10.3-1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
ip link set lo up
env PYTHONPATH= /usr/bin/python3 -c '
import socket, time
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 7777))
server.settimeout(50)
server.recv(100)
time.sleep(50)' &
server=$!
echo $server >>"$2"
for _ in $(seq 100); do grep -q ':1E61 ' /proc/net/udp && break; sleep 0.1; done
for port in 7777 7778; do
    nping --udp -c 1 -p $port 127.0.0.1 >"$1" 2>&1
    echo "UDP $port, status $?: $(sed -n 's/.*\(Rcvd: [0-9]*\) .*\(Lost: .*\)/\1 \2/p' "$1")"
done
nping --tcp-connect -c 1 -p 7778 127.0.0.1 >"$1" 2>&1
echo "TCP 7778, status $?: $(grep -o 'Failed: .*' "$1")"
kill $server
S
expect "listening and silent, closed, closed" "$(unshare -n bash "$work/inside" "$work/out" "$work/started")" 'UDP 7777, status 0: Rcvd: 0 Lost: 1 (100.00%)
UDP 7778, status 0: Rcvd: 1 Lost: 0 (0.00%)
TCP 7778, status 0: Failed: 1 (100.00%)'
