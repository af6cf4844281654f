#!/bin/bash
# socat 1.7.4.4 (Debian socat 1.7.4.4-2), UDP-LISTEN: an empty datagram ends the relay, and the next one is lost
#
# Guess: UDP datagrams are passed on one by one, an empty one as well (RFC 768 allows a length of 8); at worst it is left out.
# Observed: with UDP-LISTEN, with and without fork, the empty datagram counts as an end of stream: it is not sent, and a datagram that
# follows within half a second is not sent either. UDP-RECVFROM,fork loses only the empty one.
# Why it matters: protocols with an empty keep-alive (IPsec-like, SIP over UDP, games, QUIC probes of a NAT) stop for a moment at each of them
# when socat is between, which looks like loss of the network.
source "$(dirname "$0")/support/lib.sh"
debian socat=1.7.4.4-2
out=$(python - <<'P'
import socket, subprocess, time
receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
target = f"UDP:127.0.0.1:{receiver.getsockname()[1]}"
for listen in "UDP-LISTEN:{},bind=127.0.0.1,fork", "UDP-LISTEN:{},bind=127.0.0.1", "UDP-RECVFROM:{},bind=127.0.0.1,fork":
    with socket.socket(type=socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    relay = subprocess.Popen(["socat", listen.format(port), target], stderr=subprocess.DEVNULL)
    sender = socket.socket(type=socket.SOCK_DGRAM)
    receiver.settimeout(0.5)
    seen = []
    for _ in range(40): # until the relay listens
        sender.sendto(b"one", ("127.0.0.1", port))
        try:
            seen.append(receiver.recv(100))
            break
        except TimeoutError:
            pass
    receiver.settimeout(1.5)
    sender.sendto(b"", ("127.0.0.1", port))
    time.sleep(0.1)
    sender.sendto(b"two", ("127.0.0.1", port))
    try:
        while True:
            seen.append(receiver.recv(100))
    except TimeoutError:
        pass
    relay.kill()
    relay.wait()
    print(listen.partition(":")[0], "fork" if "fork" in listen else "-", *dict.fromkeys(data.decode() or "empty" for data in seen))
P
)
expect "sent one, an empty one, two; received" "$out" "UDP-LISTEN fork one
UDP-LISTEN - one
UDP-RECVFROM fork one two"
