#!/bin/bash
# Linux (seen with 6.18), UDP with MSG_MORE: the address of the second sendto() is ignored
#
# Guess: sendto(b"one", MSG_MORE, A) waits for more; a sendto(b"two", 0, B) that follows sends both, each to its own address, or is an error.
# Observed: A gets one datagram "onetwo", B gets nothing, and both calls succeed.
# Why it matters: a socket shared by two tasks, one of which puts header and body together with MSG_MORE (or UDP_CORK), mixes two peers' data into
# one datagram for the wrong one. Use sendmsg() with several buffers.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import socket
first, second, sender = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(3))
for receiver in first, second:
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(0.5)
sent = sender.sendto(b"one", socket.MSG_MORE, first.getsockname()), sender.sendto(b"two", 0, second.getsockname())
print(*sent)
for receiver in first, second:
    try:
        print(receiver.recv(100))
    except TimeoutError:
        print("nothing")
P
)
expect "bytes that each call took, data of the first and the second receiver" "$out" $'3 3\nb\'onetwo\'\nnothing'
