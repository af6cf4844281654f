#!/bin/bash
# Linux (seen with 6.18), UDP_SEGMENT: UdpOutDatagrams counts a train of datagrams as one
#
# Guess: /proc/net/snmp (nstat, netstat -su) counts what leaves and what arrives alike: ten datagrams are ten in both columns.
# Observed: one send() of 1000 bytes with UDP_SEGMENT 100 adds 1 to OutDatagrams. A receiver without UDP_GRO reads ten datagrams, and InDatagrams
# grows by 10.
# Why it matters: QUIC and other programs of today send in trains, so the difference of both counters on two hosts, or the rate of datagrams a
# second in node_exporter and nstat, says nothing about loss or load. Count at the interface, or in the program.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/train.py" <<'P'
import socket
UDP_SEGMENT = 103
def counters():
    names, values = (line.split()[1:] for line in open("/proc/net/snmp") if line.startswith("Udp:"))
    return dict(zip(names, map(int, values)))
receiver, sender = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(5)
sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 100)
sender.sendto(bytes(1000), receiver.getsockname())
print([len(receiver.recv(2000)) for _ in range(10)] == [100] * 10, counters()["OutDatagrams"], counters()["InDatagrams"])
P
expect "ten datagrams of 100 bytes arrived, OutDatagrams, InDatagrams" \
    "$(unshare -n sh -c "ip link set lo up && /usr/bin/python3 '$work/train.py'")" "True 1 10"
