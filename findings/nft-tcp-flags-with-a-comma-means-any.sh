#!/bin/bash
# nft 1.0.6 (Debian nftables 1.0.6-2+deb12u2): "tcp flags syn,ack" matches segments with SYN or ACK, which is nearly each one
#
# Guess: flags listed with a comma must all be set: "tcp flags syn,ack" is the second segment of a handshake, as tcpdump's tcp-syn|tcp-ack or
# iptables' --tcp-flags SYN,ACK SYN,ACK are read.
# Observed: of a connection with one byte of data each segment is counted by "tcp flags syn,ack", and one by
# "tcp flags & (syn | ack) == syn | ack". `nft list` writes the second as "tcp flags syn,ack / syn,ack", so that the comma has both meanings.
# Why it matters: a rule that is to drop or delay SYN-ACKs, to test how a client waits for a connection, drops all the data of others as well;
# a counter of handshakes counts segments.
source "$(dirname "$0")/support/lib.sh"
debian nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
set -e
ip link set lo up
nft -f - <<'N'
table ip t {
    counter segments { }
    counter any { }
    counter both { }
    chain input {
        type filter hook input priority 0
        ip protocol tcp counter name segments
        tcp flags syn,ack counter name any
        tcp flags & (syn | ack) == syn | ack counter name both
    }
}
N
/usr/bin/python3 - <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server = listener.accept()[0]
client.sendall(b"x")
server.recv(1)
server.close()
client.recv(1)
P
nft list chain ip t input | grep -o 'tcp flags.* counter name.*'
nft -j list counters | /usr/bin/python3 -c '
import json, sys
counts = {each["counter"]["name"]: each["counter"]["packets"] for each in json.load(sys.stdin)["nftables"] if "counter" in each}
print("any equals segments", counts["any"] == counts["segments"] > 5, "both", counts["both"])'
S
out=$(unshare -n bash "$work/inside") || skip "no nftables in this kernel"
expect "rules as listed, and counts" "$out" 'tcp flags syn,ack counter name "any"
tcp flags syn,ack / syn,ack counter name "both"
any equals segments True both 1'
