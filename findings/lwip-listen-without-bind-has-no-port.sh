#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): listen() without bind() succeeds, with port 0
#
# Guess: listen() on a socket that was not bound chooses a free port, as on Linux, or fails.
# Observed: listen() succeeds and getsockname() tells port 0: nobody can connect. With bind() to port 0 a port is chosen.
# Why it matters: a server that lets the system choose its port must bind to port 0 first; leaving bind() out works on Linux only.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
static int port_of(int socket)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    lwip_getsockname(socket, (struct sockaddr *)&address, &length);
    return lwip_ntohs(address.sin_port);
}

int main(void)
{
    host_up();
    int unbound = lwip_socket(AF_INET, SOCK_STREAM, 0), bound = listener(0);
    SHOW("listen", lwip_listen(unbound, 1));
    printf("unbound: %s\n", port_of(unbound) == 0 ? "port 0" : "a port");
    printf("bound to 0: %s\n", port_of(bound) == 0 ? "port 0" : "a port");
}
C
)
expect "the port of a listener" "$out" $'listen=ok\nunbound: port 0\nbound to 0: a port'
