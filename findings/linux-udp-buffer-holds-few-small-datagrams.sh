#!/bin/bash
# Linux (seen with 6.18), UDP: a receive buffer of 212992 bytes holds fewer than 300 datagrams of one byte
#
# Guess: SO_RCVBUF is in bytes of data, with some overhead for each datagram, perhaps a hundred bytes: more than a thousand small ones fit into the
# default of 212992, and forty into a buffer of 4096.
# Observed: 256 fit into the default and 9 into a buffer set to 4096 (which reads back as 8192): each counts with its whole memory, 768 bytes and
# more. Datagrams of 1000 bytes: about 90.
# Why it matters: a burst of small readings or of discovery answers is lost at a tenth of the size that the buffer suggests, counted as RcvbufErrors
# alone. Reckon with at least 1 KiB for each datagram.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import socket
def fit(size, buffer):
    own, sender = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer // 2) # the kernel doubles it
    own.bind(("127.0.0.1", 0))
    for _ in range(3000):
        sender.sendto(bytes(size), own.getsockname())
    own.setblocking(False)
    count = 0
    try:
        while own.recv(2000):
            count += 1
    except BlockingIOError:
        return count
print(200 < fit(1, 212992) < 300, 5 < fit(1, 8192) < 15, 60 < fit(1000, 212992) < 180)
P
)
expect "200 to 300 of one byte, 5 to 15 in the small buffer, 60 to 180 of a thousand bytes" "$out" "True True True"
