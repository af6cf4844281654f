#!/bin/bash
# Linux and nftables 1.0.6 (Debian nftables 1.0.6-2+deb12u2): what an output chain drops or rejects is EPERM for UDP
#
# Guess: a dropped packet is a lost one: send() of a datagram succeeds, and a TCP connect waits. `reject` refuses: ECONNREFUSED for both.
# Observed: with drop, send() on UDP fails with EPERM ("Operation not permitted") each time, and the TCP connect waits without an error. With
# reject the first send is EPERM and the second ECONNREFUSED, in turns: the answer of the rule arrives as an error of the next call. TCP
# is refused at once.
# Why it matters: a sender that ignores lost datagrams, as telemetry does, ends with an error of rights as root, and a rule in the
# output chain is no model of a lossy network. Drop in the input chain of the peer.
source "$(dirname "$0")/support/lib.sh"
debian nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
set -e
ip link set lo up
nft -f - <<'N'
table ip t {
    chain output {
        type filter hook output priority 0
        ip daddr 127.0.0.77 drop
        ip daddr 127.0.0.78 reject
    }
}
N
/usr/bin/python3 - <<'P'
import errno, socket
listeners = [socket.create_server((host, 7777)) for host in ("127.0.0.77", "127.0.0.78")]
def name(call, *arguments):
    try:
        call(*arguments)
        return "done"
    except TimeoutError:
        return "waits"
    except OSError as e:
        return errno.errorcode[e.errno]
for host in ("127.0.0.77", "127.0.0.78"):
    stream, datagram = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
    stream.settimeout(1.5)
    datagram.connect((host, 7777))
    print("TCP", name(stream.connect, (host, 7777)), "UDP", *(name(datagram.send, b"x") for _ in range(4)))
P
S
out=$(unshare -n bash "$work/inside") || skip "no nftables in this kernel"
expect "drop, reject" "$out" 'TCP waits UDP EPERM EPERM EPERM EPERM
TCP ECONNREFUSED UDP EPERM ECONNREFUSED EPERM ECONNREFUSED'
