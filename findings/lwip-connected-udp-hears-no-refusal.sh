#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): a connected UDP socket never learns that its peer's port is closed
#
# Guess: the ICMP "port unreachable" that answers the first datagram makes the next send() or recv() fail with ECONNREFUSED, as on Linux.
# Observed: every send() succeeds and recv() keeps saying EAGAIN. A connected socket may even sendto() another address.
# Why it matters: a program that relies on ECONNREFUSED to find out that a UDP service (syslog, CoAP, DNS) is down waits for its
# whole time-out on a board. A time-out is needed on every radio.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    char buffer[8];
    int near = lwip_socket(AF_INET, SOCK_DGRAM, 0), other = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in closed = host_port(54), open = host_port(53);
    lwip_bind(other, (struct sockaddr *)&open, sizeof open);
    lwip_connect(near, (struct sockaddr *)&closed, sizeof closed);
    SHOW("first send", lwip_send(near, "a", 1, 0));
    usleep(200000);
    SHOW("second send", lwip_send(near, "b", 1, 0));
    usleep(200000);
    SHOW("recv", lwip_recv(near, buffer, sizeof buffer, MSG_DONTWAIT));
    SHOW("sendto another", lwip_sendto(near, "c", 1, 0, (struct sockaddr *)&open, sizeof open));
    printf("the other received %d\n", (int)lwip_recv(other, buffer, sizeof buffer, 0));
}
C
)
expect "UDP to a closed port" "$out" $'first send=ok\nsecond send=ok\nrecv=EAGAIN\nsendto another=ok\nthe other received 1'
