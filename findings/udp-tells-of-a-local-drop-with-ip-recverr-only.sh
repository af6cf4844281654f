#!/bin/bash
# Linux (seen with 6.x), veth and iproute2 6.1.0 (Debian iproute2 6.1.0-3): what the peer's MTU drops is ENOBUFS with IP_RECVERR, and a success without
#
# Guess: with an MTU of 9000 on one end of a veth pair and 1500 on the other, a datagram of 4000 bytes is sent and lost, and no option changes that;
# the limit is 1500.
# Observed: the drop is known to the sender: with IP_RECVERR send() fails with ENOBUFS ("No buffer space available"), without it the same send returns its length.
# The other end takes 4 bytes more than its MTU (1504).
# Why it matters: datagrams that are lost within the own machine (MTU, full queue of a device) look like loss of the network. Set IP_RECVERR in
# a test and the loss has a place.
source "$(dirname "$0")/support/lib.sh"
debian iproute2=6.1.0-3 libbpf1=1:1.1.2-0+deb12u1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare nsenter
cat >"$work/inside" <<'S'
unshare -n sleep 50 &
other=$!
for _ in $(seq 100); do [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ] && break; sleep 0.05; done
ip link add veth0 mtu 9000 type veth peer name veth1 mtu 1500 || exit 1
ip link set veth1 netns "$other"
ip link set veth0 up
ip addr add 10.1.0.1/24 dev veth0
nsenter -t "$other" -n ip link set veth1 up
nsenter -t "$other" -n ip addr add 10.1.0.2/24 dev veth1
unset PYTHONPATH
nsenter -t "$other" -n /usr/bin/python3 -u -c '
import socket
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("10.1.0.2", 7777))
while True:
    data, client = server.recvfrom(65536)
    server.sendto(len(data).to_bytes(4, "big"), client)' &
server=$!
printf '%s\n' $server $other >>"$1/started"
/usr/bin/python3 - <<'P'
import errno, socket, time
IP_RECVERR = 11
def attempt(length, report):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        if report:
            client.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        client.connect(("10.1.0.2", 7777))
        client.settimeout(1.5)
        try:
            client.send(bytes(length - 28))
            return "arrived" if int.from_bytes(client.recv(4), "big") == length - 28 else "cut"
        except TimeoutError:
            return "lost"
        except OSError as e:
            return errno.errorcode[e.errno]
for try_again in range(100):  # until the server is there
    if attempt(100, False) == "arrived":
        break
    time.sleep(0.1)
for length in (1500, 1504, 1508, 4000):
    print(length, attempt(length, False), attempt(length, True))
P
kill $server $other
S
out=$(unshare -n bash "$work/inside" "$work") || skip "no veth in this kernel"
expect "bytes of the IP packet, without and with IP_RECVERR" "$out" '1500 arrived arrived
1504 arrived arrived
1508 lost ENOBUFS
4000 lost ENOBUFS'
