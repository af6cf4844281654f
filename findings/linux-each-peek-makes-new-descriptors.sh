#!/bin/bash
# Linux (seen with 6.18), Unix sockets: each MSG_PEEK at passed descriptors opens them once more
#
# Guess: a peek looks at the data; the descriptors of an SCM_RIGHTS message are installed when the message is taken.
# Observed: each recvmsg() with MSG_PEEK and room for control data opens the file again. After three peeks and one recvmsg() the process has four
# descriptors of the one that was sent.
# Why it matters: a receiver that peeks at a length first, and closes only the descriptors of the last call, runs out of them; what was passed (a
# listener, a pipe) also never sees its last owner close it. Peek without room for control data: then none is opened.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import os, socket
def opened():
    return len(os.listdir("/proc/self/fd"))
near, far = socket.socketpair()
socket.send_fds(near, [b"x"], [0])
before = opened()
far.recvmsg(1, 0, socket.MSG_PEEK)
counts = [opened() - before]
for flags in [socket.MSG_PEEK] * 3 + [0]:
    far.recvmsg(1, 100, flags)
    counts.append(opened() - before)
print(*counts)
P
)
expect "descriptors opened after a peek without room for them, three with it, and recvmsg()" "$out" "0 1 2 3 4"
