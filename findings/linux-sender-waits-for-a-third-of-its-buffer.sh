#!/bin/bash
# Linux TCP: a blocked sender becomes writable only when a third of its buffer is free
#
# Guess: poll() reports POLLOUT, and send() goes on, as soon as the peer has read something and there is room for a byte.
# Observed: with a full buffer of 4 MB the peer reads more than a megabyte before the socket is writable; SIOCOUTQ shows that the bytes left
# long before (sk_stream_write_space: free space must be half of what is queued).
# Why it matters: progress of a slow reader cannot be seen from send(): a time-out for each send of 10 s ends a healthy transfer at
# 100 kB/s. Watch SIOCOUTQ or tcpi_bytes_acked, or limit SO_SNDBUF.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import fcntl, select, socket, struct, termios, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
listener.bind(("127.0.0.1", 0))
listener.listen()
sender = socket.socket()
sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 200_000)
sender.connect(listener.getsockname())
receiver, _ = listener.accept()
sender.setblocking(False)
def queued():
    return struct.unpack("i", fcntl.ioctl(sender, termios.TIOCOUTQ, bytes(4)))[0]
for _ in range(3):
    try:
        while True:
            sender.send(bytes(65536))
    except BlockingIOError:
        time.sleep(0.2)
full, left = queued(), 0
while not select.select([], [sender], [], 0.1)[1]:
    left = full - queued()
    receiver.recv(4096)
print(left > full / 5)
P
)
expect "more than a fifth of the queue has left, and the socket was still not writable" "$out" True
