#!/bin/bash
# iperf 2.1.8 (Debian iperf 2.1.8+dfsg-1): -b 1M is 1048576 bit/s and -b 1m 1000000; iperf 3.12 takes 1000000 for both
#
# Guess: a rate of 1M is one megabit, 1000000 bit/s, as the report's "Mbits/sec" are, and as iperf3's -b is.
# Observed: iperf 2 asks for an interval of 7629 us between datagrams of 1000 bytes with 1M (1048576 bit/s), and of 8000 us with 1m. Its
# report counts in 1000s all the same: "1.05 Mbits/sec". iperf3 sends 250 datagrams in 2 s for 1M and for 1m.
# Why it matters: a load of 100M on a link that is shaped to 100 Mbit/s is 4.9 % too much, 7.4 % with G, and its loss looks like a fault of the
# device under test. The same command line with the other iperf has none.
source "$(dirname "$0")/support/lib.sh"
debian iperf=2.1.8+dfsg-1 iperf3=3.12-1+deb12u2 libiperf0=3.12-1+deb12u2 libsctp1=1.0.19+dfsg-2
need ss
port=$(free_port)
start /usr/bin/python3 -c '
import socket, sys
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    server.recv(2000)' "$port"
for rate in 1M 1m; do
    interval=$(timeout 30 iperf -c 127.0.0.1 -p "$port" -u -b $rate -l 1000 -t 0.1 2>&1 | sed -n 's/.*IPG target: \([0-9]*\)\..*/\1/p')
    case $rate in 1M) expected=7629 ;; 1m) expected=8000 ;; esac
    expect "iperf 2 -b $rate, microseconds between 1000 bytes" "$interval" $expected
done
for rate in 1M 1m; do
    port=$(free_port)
    start iperf3 -s -1 -B 127.0.0.1 -p "$port"
    for _ in $(seq 50); do [ -n "$(ss -tlnH "sport = :$port")" ] && break; sleep 0.1; done
    count=$(timeout 30 iperf3 -c 127.0.0.1 -p "$port" -u -b $rate -l 1000 -t 2 -J | python -c 'import json, sys; print(json.load(sys.stdin)["end"]["sum"]["packets"])')
    if [ "$count" -lt 245 ] || [ "$count" -gt 255 ]; then changed "iperf3 -b $rate: expected 245 to 255 datagrams, observed $count"; fi
    echo "  iperf3 -b $rate, datagrams of 1000 bytes in 2 s: $count"
done
