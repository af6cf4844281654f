#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): TCP_NODELAY cannot be set on a listening socket
#
# Guess: TCP_NODELAY set on a listener is inherited by what it accepts, as on Linux.
# Observed: setsockopt() on the listener fails with EINVAL. Set before listen() it succeeds, and the accepted socket has it off all the same.
# Why it matters: a chatty server sets the option on each accepted socket, or answers late wherever Nagle's algorithm
# meets a delayed acknowledgment; setting it once on the listener works on Linux only.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    int on = 1, value = -1, early = lwip_socket(AF_INET, SOCK_STREAM, 0);
    socklen_t length = sizeof value;
    struct sockaddr_in address = host_port(81);
    int listening = listener(80);
    SHOW("on a listener", lwip_setsockopt(listening, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    SHOW("before listen", lwip_setsockopt(early, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    lwip_bind(early, (struct sockaddr *)&address, sizeof address);
    lwip_listen(early, 4);
    client(81);
    int accepted = lwip_accept(early, NULL, NULL);
    lwip_getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &value, &length);
    printf("accepted=%d\n", value);
}
C
)
expect "TCP_NODELAY" "$out" $'on a listener=EINVAL\nbefore listen=ok\naccepted=0'
