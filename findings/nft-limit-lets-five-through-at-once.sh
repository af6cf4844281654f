#!/bin/bash
# nft 1.0.6 (Debian nftables 1.0.6-2+deb12u2): "limit rate 1000/second" lets 5 packets of a burst through, a limit in bytes one second's worth
#
# Guess: the bucket holds one second (or one minute) of the rate: of 50 datagrams sent at once 50 pass a limit of 1000/second.
# Observed: the burst is 5 packets for any rate, and `nft list` does not show it: 5 of 50 pass at 1/second and at 1/minute. A limit
# of 10 kbytes/second lets 10 datagrams of 1000 bytes through. "burst 50 packets" lets 50 through.
# Why it matters: a rule that is to simulate a link of 1000 packets/s drops most of what a program sends in one loop, a window of TCP for example;
# loss then depends on how sends are spaced, and not on the rate. Write the burst.
source "$(dirname "$0")/support/lib.sh"
debian nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
set -e
ip link set lo up
for limit in 'rate 1/second' 'rate 1/minute' 'rate 10 kbytes/second' 'rate 1/second burst 50 packets'; do
    nft "add table ip t; add chain ip t input { type filter hook input priority 0; }"
    nft "add rule ip t input udp dport 7777 limit $limit accept; add rule ip t input udp dport 7777 drop"
    /usr/bin/python3 - "$limit" "$(nft list chain ip t input | grep -o 'limit.*accept')" <<'P'
import socket, sys
receiver, sender = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 7777))
for number in range(50):
    sender.sendto(bytes(972), ("127.0.0.1", 7777))
receiver.setblocking(False)
count = 0
try:
    while receiver.recv(2000):
        count += 1
except BlockingIOError:
    pass
print(sys.argv[1], "|", sys.argv[2], "|", {5: "5 or 6", 6: "5 or 6", 10: "10 to 13", 11: "10 to 13", 12: "10 to 13", 13: "10 to 13"}.get(count, count))
P
    nft delete table ip t
done
S
out=$(unshare -n bash "$work/inside") || skip "no nftables in this kernel"
expect "limit, as listed, of 50 datagrams" "$out" 'rate 1/second | limit rate 1/second accept | 5 or 6
rate 1/minute | limit rate 1/minute accept | 5 or 6
rate 10 kbytes/second | limit rate 10 kbytes/second accept | 10 to 13
rate 1/second burst 50 packets | limit rate 1/second burst 50 packets accept | 50'
