#!/bin/bash
# Linux (seen with 6.18), SO_RCVLOWAT: recv() of a socket that does not block returns what poll() does not report
#
# Guess: below the low-water mark a socket is not readable, for poll() and for recv() alike: EAGAIN until so many bytes are there.
# Observed: with a mark of 100 and 10 bytes waiting poll() reports nothing, and recv() returns the 10 bytes. A blocking recv() waits for the 100.
# Why it matters: event loops that try recv() before they wait (asyncio's sock_recv, Go, .NET) hand out short pieces in spite of the mark, while
# those that wait first do not see them. Frames must be put together in the program in any case.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import select, socket, time
listener = socket.create_server(("127.0.0.1", 0))
sender = socket.create_connection(listener.getsockname())
receiver, _ = listener.accept()
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 100)
def attempt():
    sender.sendall(bytes(10))
    print(len(select.select([receiver], [], [], 0.5)[0]), end=" ")
    try:
        print(len(receiver.recv(1000)))
    except OSError as e:
        print(type(e).__name__)
receiver.setblocking(False)
attempt()
receiver.setblocking(True)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, b"\1" + bytes(15)) # one second, then what is there
started = time.monotonic()
attempt()
print(time.monotonic() - started > 1.4)
P
)
expect "sockets that poll reports and bytes of recv(): not blocking, blocking; the second recv() waited" "$out" $'0 10\n0 10\nTrue'
