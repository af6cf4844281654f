#!/bin/bash
# Linux (seen with 6.18), Unix datagram sockets: a server holds a few messages, whatever its buffers are
#
# Guess: how many datagrams wait at a bound Unix socket depends on bytes: SO_RCVBUF of the server or SO_SNDBUF of each client, hundreds of small
# ones.
# Observed: the number is net.unix.max_dgram_qlen + 1 (11 with the kernel's default of 10), for datagrams of one byte from different clients, and
# with a receive buffer of a megabyte. The next client blocks, or gets EAGAIN. Two sockets of a socketpair() hold hundreds.
# Why it matters: a local logger or bus tested with a socketpair, or on a distribution that raises the limit (systemd sets 512), stalls its clients
# on a small system as soon as it is busy for a moment. Read in a thread of its own, or use SOCK_SEQPACKET.
source "$(dirname "$0")/support/lib.sh"
limit=$(cat /proc/sys/net/unix/max_dgram_qlen)
[ "$limit" -lt 100 ] || skip "net.unix.max_dgram_qlen is $limit: files would run out first"
out=$(python - "$work/bound" "$limit" <<'P'
import socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
server.bind(sys.argv[1])
def fill(sender):
    count = 0
    try:
        for client in sender:
            client.setblocking(False)
            client.send(b"x")
            count += 1
    except BlockingIOError:
        return count
def clients():
    keep = []
    while True:
        keep.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        keep[-1].connect(sys.argv[1])
        yield keep[-1]
pair, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
print(fill(clients()) == int(sys.argv[2]) + 1, fill(pair for _ in range(100_000)) > 150)
P
)
expect "a bound socket holds max_dgram_qlen + 1, a pair more than 150" "$out" "True True"
