#!/bin/bash
# Linux (seen with 6.18), Unix stream sockets: closing with unread data is a reset for the peer
#
# Guess: ECONNRESET comes from a network; when the other end of a Unix socket closes, recv() returns 0, whatever that end had not read.
# Observed: if the closing end had unread data, the peer reads what was sent to it, and then gets ECONNRESET in place of the end; after that 0.
# Why it matters: a daemon that answers after the first line of a request and closes makes a client that reads to the end fail now and then, with
# the whole answer in hand, when one more byte was sent. Read to the end before closing, as for TCP.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import errno, socket
def received(own):
    try:
        return own.recv(10)
    except OSError as e:
        return errno.errorcode[e.errno]
for request in b"", b"more":
    client, daemon = socket.socketpair()
    client.send(request)
    daemon.send(b"answer")
    daemon.close()
    print(received(client), received(client), received(client))
P
)
expect "three recv() of the client: all was read, something was not" "$out" $'b\'answer\' b\'\' b\'\'\nb\'answer\' ECONNRESET b\'\''
