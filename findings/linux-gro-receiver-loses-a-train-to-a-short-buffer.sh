#!/bin/bash
# Linux (seen with 6.18), UDP_GRO: a buffer that is too short loses the rest of the train, many datagrams at once
#
# Guess: with UDP_GRO one recvmsg() gives as many whole datagrams of a train as fit into the buffer; the others wait for the next call.
# Observed: of ten datagrams of 100 bytes a buffer of 250 gets two and a half, with MSG_TRUNC, and seven are gone: the next recv() finds nothing.
# Without UDP_GRO the same buffer gets all ten, one by one.
# Why it matters: a receiver that turns the option on for speed and keeps buffers of 1500 or 2048 bytes loses most of what modern senders (QUIC,
# WireGuard, Tailscale) deliver in trains. Buffers must have 65535 bytes.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import socket, struct
UDP_SEGMENT, UDP_GRO = 103, 104
for gro in 1, 0:
    receiver, sender = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.setsockopt(socket.IPPROTO_UDP, UDP_GRO, gro)
    sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 100)
    sender.sendto(bytes(1000), receiver.getsockname())
    receiver.setblocking(False)
    lengths = []
    try:
        while True:
            data, control, flags, _ = receiver.recvmsg(250, 100)
            lengths.append(f"{len(data)}{' cut' if flags & socket.MSG_TRUNC else ''}")
    except BlockingIOError:
        print(len(lengths), lengths[0])
P
)
expect "calls that gave data and the first one's length: with UDP_GRO, without" "$out" $'1 250 cut\n10 100'
