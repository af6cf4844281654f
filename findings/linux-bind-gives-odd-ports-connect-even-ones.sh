#!/bin/bash
# Linux (seen with 6.18), TCP: port 0 of bind() gives odd ports, connect() takes even ones
#
# Guess: both draw from the whole of net.ipv4.ip_local_port_range, 32768 to 60999: 28232 ports, each as likely as another.
# Observed: of 100 sockets bound to port 0 all have an odd port, of 100 connected ones all an even one (with the lower end of the range even). Only
# when the own half is used up the other one is touched. UDP takes both alike.
# Why it matters: a client that binds to an address first, as a pool or a proxy with several addresses does, and one that only connects each use up
# their own half; a test never sees an even listening port, and a server's port never collides with a client's here, but does on other systems.
# IP_BIND_ADDRESS_NO_PORT leaves the choice to connect().
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/ports.py" <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 0), backlog=200)
low = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
kinds = [[], [], []]
for _ in range(100):
    bound, connected, datagram = sockets = socket.socket(), socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
    bound.bind(("127.0.0.1", 0))
    connected.connect(listener.getsockname())
    datagram.bind(("127.0.0.1", 0))
    for kind, s in zip(kinds, sockets):
        kind.append(s)
counts = [sum((s.getsockname()[1] - low) % 2 for s in kind) for kind in kinds]
print(counts[0], counts[1], 10 < counts[2] < 90)
P
expect "ports that differ from the range's parity: bind(), connect(), and whether UDP has both" \
    "$(unshare -n sh -c "ip link set lo up && /usr/bin/python3 '$work/ports.py'")" "100 0 True"
