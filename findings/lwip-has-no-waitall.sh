#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): recv() with MSG_WAITALL returns what is there
#
# Guess: recv(4, MSG_WAITALL) waits until four bytes are there, or the stream ends, as POSIX says; a stack that cannot do so refuses
# the flag.
# Observed: two bytes are there, and two are returned, without an error. MSG_PEEK works.
# Why it matters: fixed headers that are read with this flag are cut whenever a segment ends inside: seldom in a test, often over a radio.
# Read in a loop.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    int own, peer;
    connected(&own, &peer);
    struct timeval limit = {2, 0};
    lwip_setsockopt(own, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char buffer[4];
    lwip_send(peer, "ab", 2, 0);
    printf("MSG_PEEK %d\n", (int)lwip_recv(own, buffer, 4, MSG_PEEK));
    printf("MSG_WAITALL %d\n", (int)lwip_recv(own, buffer, 4, MSG_WAITALL));
}
C
)
expect "bytes of four" "$out" $'MSG_PEEK 2\nMSG_WAITALL 2'
out=$(python - <<'P'
import socket, threading
a, b = socket.socketpair()
a.sendall(b"ab")
threading.Timer(0.3, a.sendall, [b"cd"]).start()
print(len(b.recv(4, socket.MSG_WAITALL)))
P
)
expect "Linux" "$out" 4
