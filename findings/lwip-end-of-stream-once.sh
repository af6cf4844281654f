#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): the end of a stream is told once
#
# Guess: after the peer's FIN recv() returns 0, and returns 0 again as often as it is called (POSIX, Linux).
# Observed: the first recv() returns 0, the second fails with ENOTCONN, although this side can still send and the peer receives it.
# Why it matters: a loop that reads once more after the end (a parser that looks for a trailer, recv_into in two places) works on
# a radio of .NET and raises OSError(ENOTCONN) on a board. Remember the end instead of asking for it again.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    char buffer[8];
    int listening = listener(80), near = client(80), far = lwip_accept(listening, NULL, NULL);
    lwip_shutdown(near, SHUT_WR);
    SHOW("first recv", lwip_recv(far, buffer, sizeof buffer, 0));
    SHOW("second recv", lwip_recv(far, buffer, sizeof buffer, 0));
    SHOW("send", lwip_send(far, "abc", 3, 0));
    printf("peer received %d\n", (int)lwip_recv(near, buffer, sizeof buffer, 0));
}
C
)
expect "recv() after the peer's FIN" "$out" $'first recv=ok\nsecond recv=ENOTCONN\nsend=ok\npeer received 3'
