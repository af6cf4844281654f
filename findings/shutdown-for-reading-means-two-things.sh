#!/bin/bash
# shutdown(SHUT_RD) of a TCP socket: Linux goes on receiving, lwIP (Debian liblwip0 2.1.3+dfsg1-2) ends the connection when data comes
#
# Guess: afterwards recv() gives 0 for ever, what the peer sends is thrown away, and sending goes on (POSIX: disables subsequent receives).
# Observed: on Linux recv() gives 0 while nothing is there, and hands out what the peer sends later, as if nothing had happened. On
# lwIP the first data of the peer is answered with a reset: its next send() is ECONNRESET, and the own send() fails with ECONNABORTED.
# Why it matters: "half-closing the other half" does not exist in a portable way: on one stack it has no effect on the peer, on boards
# it costs the answer that is still to be sent. Read and discard.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(python - <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.shutdown(socket.SHUT_RD)
first = client.recv(10)
server.sendall(b"abc")
client.settimeout(5)
while not (later := client.recv(10)):
    pass
print(first, later, client.send(b"x"))
P
)
expect "Linux: recv, recv after the peer has sent, send" "$out" "b'' b'abc' 1"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    int own, peer;
    connected(&own, &peer);
    SHOW("shutdown", lwip_shutdown(own, SHUT_RD));
    SHOW("peer sends", lwip_send(peer, "abc", 3, 0));
    sys_msleep(300);
    SHOW("peer sends again", lwip_send(peer, "abc", 3, 0));
    SHOW("own send", lwip_send(own, "abc", 3, 0));
}
C
)
expect "lwIP" "$out" $'shutdown=ok\npeer sends=ok\npeer sends again=ECONNRESET\nown send=ECONNABORTED'
