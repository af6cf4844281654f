#!/bin/bash
# Linux (seen with 6.18), AF_PACKET: a socket for IPv4 packets does not see those that this host sends
#
# Guess: a packet socket bound to an interface and ETH_P_IP sees the IPv4 packets of both directions, as tcpdump ip does; sll_pkttype tells which is
# PACKET_OUTGOING.
# Observed: it gets what arrives and nothing that leaves; the same with ETH_P_ALL gets both. Only taps, sockets for all protocols, are called when a
# frame is sent.
# Why it matters: a monitor or a test that counts "IP only" to save work sees questions without answers, and takes this host's silence for a fault.
# Bind to ETH_P_ALL and filter with BPF.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/packets.py" <<'P'
import socket, subprocess
ALL, IP = 0x0003, 0x0800
subprocess.run("ip link add near type veth peer name far && ip addr add 10.9.9.1/24 dev near && ip link set near up && ip link set far up"
               " && ip neigh replace 10.9.9.2 lladdr 02:00:00:00:00:02 dev near", shell=True, check=True)
def heard(name, protocol):
    own = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    own.bind((name, protocol))
    own.settimeout(0.5)
    return own
sockets = heard("near", ALL), heard("near", IP), heard("far", IP)
socket.socket(type=socket.SOCK_DGRAM).sendto(b"finding", ("10.9.9.2", 9))
for own in sockets:
    count = 0
    try:
        while True:
            count += b"finding" in own.recv(2000)
    except TimeoutError:
        print(count, end=" ")
P
expect "the datagram at the sender (ETH_P_ALL), at the sender (ETH_P_IP), at the receiver (ETH_P_IP)" \
    "$(unshare -n /usr/bin/python3 "$work/packets.py")" "1 0 1 "
