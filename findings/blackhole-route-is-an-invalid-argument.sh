#!/bin/bash
# Linux (seen with 6.x) and iproute2 6.1.0 (Debian iproute2 6.1.0-3): connect() along a blackhole route is EINVAL
#
# Guess: `ip route add blackhole` swallows packets: connect() times out and UDP's send succeeds. That is the way to test a peer that
# does not answer. prohibit and unreachable give EHOSTUNREACH.
# Observed: on the host that has the route connect() fails at once, for TCP and UDP, IPv4 and IPv6: blackhole is EINVAL ("Invalid argument"),
# prohibit EACCES ("Permission denied"), unreachable EHOSTUNREACH, throw ENETUNREACH.
# Why it matters: programs treat EINVAL as a fault of their own and EACCES as a missing right, and neither is tried again. A test of a
# time-out needs the route on another host, or a rule that drops what comes in.
source "$(dirname "$0")/support/lib.sh"
debian iproute2=6.1.0-3 libbpf1=1:1.1.2-0+deb12u1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare
cat >"$work/inside" <<'S'
set -e
ip link set lo up
ip addr add 10.9.0.1/32 dev lo
ip addr add 2001:db8:9::1/128 dev lo
number=0
for kind in blackhole prohibit unreachable throw; do
    number=$((number + 1))
    ip route add $kind 10.$number.0.0/16
    ip -6 route add $kind 2001:db8:$number::/48
    /usr/bin/python3 - $kind 10.$number.0.1 2001:db8:$number::1 <<'P'
import errno, socket, sys
codes = []
for address in sys.argv[2:]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as s:
            s.settimeout(5)
            try:
                s.connect((address, 9))
                codes.append("connected")
            except OSError as e:
                codes.append(errno.errorcode.get(e.errno, type(e).__name__))
print(sys.argv[1], *codes)
P
done
S
expect "TCP and UDP over IPv4, TCP and UDP over IPv6" "$(unshare -n bash "$work/inside")" 'blackhole EINVAL EINVAL EINVAL EINVAL
prohibit EACCES EACCES EACCES EACCES
unreachable EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH
throw ENETUNREACH ENETUNREACH ENETUNREACH ENETUNREACH'
