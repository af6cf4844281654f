#!/bin/bash
# Linux (seen with 6.x) and nft 1.0.6 (Debian nftables 1.0.6-2+deb12u2): a connected UDP socket hears "port" and "prohibited", not "host" or "net"
#
# Guess: each ICMP destination-unreachable becomes the error of the next call, as ECONNREFUSED, EHOSTUNREACH or ENETUNREACH, for UDP as for connect()
# of TCP.
# Observed: TCP's connect() fails at once for all of them. A connected UDP socket gets ECONNREFUSED for port, EHOSTUNREACH for host and
# administratively prohibited, ENOPROTOOPT for protocol, and nothing for host and net unreachable: recv() waits. With IP_RECVERR it gets all.
# Why it matters: a router that says "no route to host" is not heard by a DNS, CoAP or SNMP client over UDP, which waits for its whole time-out,
# and a test that simulates an outage with the one code proves nothing about the other.
source "$(dirname "$0")/support/lib.sh"
debian nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
set -e
ip link set lo up
for kind in port-unreachable admin-prohibited host-prohibited prot-unreachable host-unreachable net-unreachable; do
    nft "add table ip t; add chain ip t input { type filter hook input priority 0; }"
    nft "add rule ip t input tcp dport 7777 reject with icmp type $kind; add rule ip t input udp dport 7777 reject with icmp type $kind"
    /usr/bin/python3 - $kind <<'P'
import errno, socket, sys
IP_RECVERR = 11
def name(call, *arguments):
    try:
        return call(*arguments)
    except TimeoutError:
        return "waits"
    except OSError as e:
        return errno.errorcode[e.errno]
def datagram(*options):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        for option in options:
            client.setsockopt(socket.IPPROTO_IP, option, 1)
        client.connect(("127.0.0.1", 7777))
        client.settimeout(1)
        client.send(b"x")
        return name(client.recv, 1)
stream = socket.socket()
stream.settimeout(5)
print(sys.argv[1], name(stream.connect, ("127.0.0.1", 7777)), datagram(), datagram(IP_RECVERR))
P
    nft delete table ip t
done
S
out=$(unshare -n bash "$work/inside") || skip "no nftables in this kernel"
expect "TCP, UDP, UDP with IP_RECVERR" "$out" 'port-unreachable ECONNREFUSED ECONNREFUSED ECONNREFUSED
admin-prohibited EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH
host-prohibited EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH
prot-unreachable ENOPROTOOPT ENOPROTOOPT ENOPROTOOPT
host-unreachable EHOSTUNREACH waits EHOSTUNREACH
net-unreachable ENETUNREACH waits ENETUNREACH'
