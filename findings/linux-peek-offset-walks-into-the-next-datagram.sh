#!/bin/bash
# Linux (seen with 6.18), UDP with SO_PEEK_OFF: peeking walks from one datagram into the next
#
# Guess: the offset is one inside the first datagram: MSG_PEEK behind its end gives nothing, or EAGAIN, until recv() takes it away.
# Observed: of "abcd", "efg" and "hi" peeks of two bytes give ab, cd, ef, g, hi: behind the end of a datagram the next one is shown, from its
# beginning. A peek never joins two datagrams, and recv() still takes the first one.
# Why it matters: a loop that peeks at the rest of a long header with SO_PEEK_OFF reads the head of another datagram, perhaps of another sender, as
# the rest. Compare the source address, or ask for the length of the datagram with MSG_PEEK | MSG_TRUNC first.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import socket
SO_PEEK_OFF = 42
receiver, sender = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(5)
receiver.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, 0)
for data in b"abcd", b"efg", b"hi":
    sender.sendto(data, receiver.getsockname())
print(*(receiver.recv(2, socket.MSG_PEEK).decode() for _ in range(5)))
print(receiver.recv(100).decode())
P
)
expect "five peeks of two bytes, then recv()" "$out" $'ab cd ef g hi\nabcd'
