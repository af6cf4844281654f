#!/bin/bash
# ZeroMQ 4.3.4 (Debian 12, pyzmq 24.0.1): unsubscribing throws away messages that have arrived, and one of two subscriptions stays
#
# Guess: unsubscribe ends what is delivered from then on; a message that already waits at the subscriber is still read. Subscribing twice to one
# topic is once, as with MQTT, so one unsubscribe ends it.
# Observed: messages that arrived before unsubscribe are not delivered: recv() compares with the subscriptions of that moment. If poll() was called
# in between, it has taken the first one out, and that one is delivered. After two subscribe and one unsubscribe messages still arrive.
# Why it matters: "unsubscribe, then work through the rest" loses the rest, and code that subscribes again after each reconnect, as MQTT clients
# must, cannot get rid of a topic (ZeroMQ subscribes again by itself). Read until EAGAIN first; remember what was subscribed.
source "$(dirname "$0")/support/lib.sh"
debian python3-zmq=24.0.1-4+b1 libzmq5=4.3.4-6 libnorm1=1.5.9+dfsg-2 libpgm-5.3-0=5.3.128~dfsg-2 libsodium23=1.0.18-1+deb12u1
out=$(python - <<'P'
import time, zmq
context = zmq.Context()
context.linger = 0
def pair():
    publisher, subscriber = context.socket(zmq.XPUB), context.socket(zmq.SUB)
    publisher.xpub_verbose = 1
    publisher.rcvtimeo = 5000
    subscriber.rcvtimeo = 700
    subscriber.connect(f"tcp://127.0.0.1:{publisher.bind_to_random_port('tcp://127.0.0.1')}")
    return publisher, subscriber
def received(subscriber):
    try:
        return subscriber.recv()
    except zmq.Again:
        return "nothing"
for look in False, True:
    publisher, subscriber = pair()
    subscriber.subscribe("a")
    publisher.recv()
    publisher.send(b"a1")
    publisher.send(b"a2")
    time.sleep(1) # both arrive
    if look:
        subscriber.poll(5000)
    subscriber.unsubscribe("a")
    print(received(subscriber), received(subscriber))

publisher, subscriber = pair()
subscriber.subscribe("a")
subscriber.subscribe("a")
subscriber.unsubscribe("a")
subscriber.subscribe("end") # the publisher has seen all before it
while publisher.recv() != b"\1end":
    pass
publisher.send(b"a1")
print(received(subscriber))
P
)
expect "recv() twice after unsubscribe, without and with poll() before it; a message after two subscribe and one unsubscribe" "$out" \
"nothing nothing
b'a1' nothing
b'a1'"
