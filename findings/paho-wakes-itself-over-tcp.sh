#!/bin/bash
# paho-mqtt 1.6.1 (Debian python3-paho-mqtt 1.6.1-1): loop_start() opens a TCP connection to itself
#
# Guess: the thread of the client is woken through socket.socketpair(), a pair of Unix sockets: one TCP socket for each client, the broker's.
# Observed: the wake-up pair is made of a listener and a connection on 127.0.0.1 (AF_INET), so a client has three TCP sockets.
# Why it matters: where sockets come from a pool with a budget, or a radio has no loopback of the host, count three for each client,
# or call loop() from the program's own loop.
source "$(dirname "$0")/support/lib.sh"
debian python3-paho-mqtt=1.6.1-1
out=$(python <<'P'
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
def broker():
    connection, _ = server.accept()
    connection.recv(100)
    connection.sendall(b"\x20\x02\0\0")
    connection.recv(100)
threading.Thread(target=broker, daemon=True).start()
import paho.mqtt.client
ready = threading.Event()
client = paho.mqtt.client.Client("c")
client.on_connect = lambda *_: ready.set()
client.connect(*server.getsockname())
client.loop_start()
ready.wait(10)
print(client._sockpairR.family.name, client._sockpairR.getpeername()[0])
client.disconnect()
client.loop_stop()
P
)
expect "family and peer of the wake-up pair" "$out" "AF_INET 127.0.0.1"
