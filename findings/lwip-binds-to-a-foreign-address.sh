#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): bind() to an address that the host does not have succeeds, and a broadcast needs no permission
#
# Guess: as on Linux: bind() to 10.9.9.9 is EADDRNOTAVAIL, sendto() to 255.255.255.255 without SO_BROADCAST is EACCES.
# Observed: both succeed, bind() for TCP and for UDP. The listener hears nothing.
# Why it matters: an address that was typed wrong or is left from an old lease shows as "nobody connects", not as an error; and a program
# that works on a board without SO_BROADCAST fails on a PC.
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    int yes = 1, stream = lwip_socket(AF_INET, SOCK_STREAM, 0), datagram = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in foreign = host_port(0), everyone = host_port(9);
    foreign.sin_addr.s_addr = lwip_htonl(0x0a090909);
    everyone.sin_addr.s_addr = 0xffffffff;
    SHOW("bind", lwip_bind(stream, (struct sockaddr *)&foreign, sizeof foreign));
    SHOW("listen", lwip_listen(stream, 1));
    SHOW("broadcast", lwip_sendto(datagram, "x", 1, 0, (struct sockaddr *)&everyone, sizeof everyone));
    SHOW("SO_BROADCAST", lwip_setsockopt(datagram, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes));
    SHOW("bind of UDP", lwip_bind(datagram, (struct sockaddr *)&foreign, sizeof foreign));
}
C
)
expect "lwIP" "$out" $'bind=ok\nlisten=ok\nbroadcast=ok\nSO_BROADCAST=ok\nbind of UDP=ok'
out=$(python - <<'P'
import errno, socket
for call in (lambda: socket.socket().bind(("10.9.9.9", 0)), lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.255.255.255", 9))):
    try:
        print(call())
    except OSError as error:
        print(errno.errorcode[error.errno])
P
)
expect "Linux" "$out" $'EADDRNOTAVAIL\nEACCES'
