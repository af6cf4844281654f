#!/bin/bash
# Linux (seen with 6.18), SO_ATTACH_FILTER on UDP: a filter that returns 1 lets an empty datagram through
#
# Guess: 0 drops a datagram, anything else accepts it, as "true" would.
# Observed: the result is the number of bytes to keep, counted with the eight of the UDP header, which always stay. "return 1" turns "hello" into an
# empty datagram, "return 11" into "hel"; recvmsg() sets no MSG_TRUNC, and the sender sees no error.
# Why it matters: a filter in front of a busy socket (SO_ATTACH_BPF too) that returns a truth value makes a peer look as if it sent empty messages.
# Return 0xffffffff to accept.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import ctypes, socket, struct
SO_ATTACH_FILTER, BPF_RETURN = 26, 0x06
def received(result):
    receiver, sender = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(0.5)
    program = ctypes.create_string_buffer(struct.pack("HBBI", BPF_RETURN, 0, 0, result))
    receiver.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))
    sender.sendto(b"hello", receiver.getsockname())
    try:
        data, _, flags, _ = receiver.recvmsg(100)
        return data, flags
    except TimeoutError:
        return "nothing"
for result in 0, 1, 11, 0xFFFFFFFF:
    print(received(result))
P
)
expect "data and flags for the results 0, 1, 11 and 0xffffffff" "$out" $'nothing\n(b\'\', 0)\n(b\'hel\', 0)\n(b\'hello\', 0)'
