#!/bin/bash
# ZeroMQ 4.3.4 (Debian 12, pyzmq 24.0.1): a second client with the same identity is connected, and ignored for ever
#
# Guess: a ROUTER that already has a peer "me" either lets the new connection of that name take over, as MQTT does, or refuses it, so that the
# client's monitor shows a failure.
# Observed: the client sees CONNECTED and HANDSHAKE_SUCCEEDED and can send 1000 messages without an error; the ROUTER delivers none and answers only
# the first. When the first client is closed, the second one is still ignored, as it does not connect again.
# Why it matters: a device that restarts comes back under its fixed identity while the old connection still looks alive (no FIN was sent); it is
# mute from then on. Set ROUTER_HANDOVER at the server, and ZMQ_HEARTBEAT_IVL at both ends.
source "$(dirname "$0")/support/lib.sh"
debian python3-zmq=24.0.1-4+b1 libzmq5=4.3.4-6 libnorm1=1.5.9+dfsg-2 libpgm-5.3-0=5.3.128~dfsg-2 libsodium23=1.0.18-1+deb12u1
out=$(python - <<'P'
import zmq
from zmq.utils.monitor import recv_monitor_message
context = zmq.Context()
context.linger = 0
def clients(**options):
    router = context.socket(zmq.ROUTER)
    router.rcvtimeo = 500
    for name, value in options.items():
        setattr(router, name, value)
    port = router.bind_to_random_port("tcp://127.0.0.1")
    made = []
    for _ in range(2):
        dealer = context.socket(zmq.DEALER)
        dealer.identity = b"me"
        monitor = dealer.get_monitor_socket(zmq.EVENT_CONNECTED | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        dealer.connect(f"tcp://127.0.0.1:{port}")
        events = []
        while len(events) < 2 and monitor.poll(5000):
            events.append(zmq.Event(recv_monitor_message(monitor)["event"]).name)
        made.append((dealer, events))
    return router, *made
def received(router):
    try:
        return router.recv_multipart()
    except zmq.Again:
        return "nothing"
router, (first, _), (second, events) = clients()
print(*events)
sent = 0
try:
    while sent < 5000:
        second.send(b"again", zmq.NOBLOCK)
        sent += 1
except zmq.Again:
    print(sent, received(router))
first.disable_monitor()
first.close()
print(received(router))
router, (first, _), (second, events) = clients(router_handover=1)
second.send(b"again")
print(received(router))
P
)
expect "the second client's events; messages that it can send, and what arrives; after the first has closed; with ROUTER_HANDOVER" "$out" \
"CONNECTED HANDSHAKE_SUCCEEDED
1000 nothing
nothing
[b'me', b'again']"
