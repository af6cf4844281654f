#!/bin/bash
# ZeroMQ 4.3.4 (Debian 12, pyzmq 24.0.1): PUSH gives every second message to a peer that was never there
#
# Guess: a PUSH socket that is connected to a living and an absent worker sends everything to the living one; absent ones get their share when they
# come.
# Observed: connect() makes a queue at once, and messages are dealt out in turn: of 0 to 9 the living worker gets 0, 2, 4, 6 and 8. The rest waits
# for the absent one, up to 1000 messages, and is lost at close. With ZMQ_IMMEDIATE 1 the living worker gets all.
# Why it matters: one switched-off board among several takes its part of the work or of the readings with it, without an error. Set ZMQ_IMMEDIATE
# before connect().
source "$(dirname "$0")/support/lib.sh"
debian python3-zmq=24.0.1-4+b1 libzmq5=4.3.4-6 libnorm1=1.5.9+dfsg-2 libpgm-5.3-0=5.3.128~dfsg-2 libsodium23=1.0.18-1+deb12u1
out=$(python - <<'P'
import socket, zmq
absent = socket.socket()
absent.bind(("127.0.0.1", 0)) # nobody listens there
context = zmq.Context()
context.linger = 0
def shares(immediate):
    worker, source = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    source.immediate = immediate
    source.connect(f"tcp://127.0.0.1:{worker.bind_to_random_port('tcp://127.0.0.1')}")
    source.send(b"first") # so the living one is connected
    worker.recv()
    source.connect(f"tcp://127.0.0.1:{absent.getsockname()[1]}")
    for number in range(10):
        source.send(str(number).encode())
    worker.rcvtimeo = 700
    got = []
    try:
        while True:
            got.append(worker.recv().decode())
    except zmq.Again:
        return got
print(len(shares(0)), len(shares(1)))
P
)
expect "of ten messages the living worker gets; with ZMQ_IMMEDIATE" "$out" "5 10"
