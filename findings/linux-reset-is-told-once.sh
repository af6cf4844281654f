#!/bin/bash
# Linux (seen with 6.18), TCP: a reset is told once, and the peer's address is gone before it is told
#
# Guess: after a reset each recv() fails with ECONNRESET, as the connection stays broken, and getpeername() still says with whom it was.
# Observed: the first recv() is ECONNRESET, the second returns 0, an orderly end; send() is EPIPE. getpeername() fails with ENOTCONN from the
# arrival of the reset on, before any recv().
# Why it matters: where two layers read (a parser that tries again, a TLS library below it) the second takes a cut transfer for a whole one. A
# handler that logs the peer on an error fails itself. Keep the error and the address.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import errno, select, socket, struct
def attempt(call, *arguments):
    try:
        return call(*arguments)
    except OSError as e:
        return errno.errorcode[e.errno]
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
accepted, _ = listener.accept()
accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
accepted.close()
select.select([client], [], [], 5)
print(attempt(client.getpeername), attempt(client.recv, 10), attempt(client.recv, 10), attempt(client.send, b"x"))
P
)
expect "getpeername(), recv(), recv(), send()" "$out" "ENOTCONN ECONNRESET b'' EPIPE"
