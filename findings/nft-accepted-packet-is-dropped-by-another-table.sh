#!/bin/bash
# nft 1.0.6 (Debian nftables 1.0.6-2+deb12u2): accept ends one chain only, and a later table drops the packet all the same; drop is final
#
# Guess: a verdict ends the evaluation of the hook, as ACCEPT of iptables does: a table of one's own with an early priority can let a test's
# port through, whatever the other tables say.
# Observed: a datagram that a chain of priority -10 accepts is counted and dropped by the chain of priority 10. The same with two chains of one table. The
# other way round the later chain never sees it.
# Why it matters: a test or an installer that adds its own table to open its port changes nothing on a machine whose firewall drops; it has to
# add a rule to that firewall's chain.
source "$(dirname "$0")/support/lib.sh"
debian nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
set -e
ip link set lo up
try() { # try TABLE VERDICT TABLE VERDICT: of the early and of the late chain
    nft -f - <<N
table inet $1 {
    chain early {
        type filter hook input priority -10
        udp dport 7777 counter $2
    }
}
table inet $3 {
    chain late {
        type filter hook input priority 10
        udp dport 7777 counter $4
    }
}
N
    /usr/bin/python3 - "$*" <<'P'
import socket, sys
receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 7777))
receiver.sendto(b"x", ("127.0.0.1", 7777))
receiver.setblocking(False)
try:
    receiver.recv(1)
    print(sys.argv[1], "received", end=" ")
except BlockingIOError:
    print(sys.argv[1], "lost", end=" ")
P
    nft list chain inet $3 late | grep -o 'packets [0-9]*'
    nft flush ruleset
}
try mine accept firewall drop
try one accept one drop
try mine drop firewall accept
S
out=$(unshare -n bash "$work/inside") || skip "no nftables in this kernel"
expect "early and late verdict, and what the late chain saw" "$out" 'mine accept firewall drop lost packets 1
one accept one drop lost packets 1
mine drop firewall accept lost packets 0'
