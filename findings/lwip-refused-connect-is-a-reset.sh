#!/bin/bash
# lwIP (Debian liblwip0 2.1.3+dfsg1-2): a refused connect is ECONNRESET
#
# Guess: connect() to a port where nobody listens fails with ECONNREFUSED, and SO_ERROR is 0 afterwards, as on Linux and BSD.
# Observed: errno is ECONNRESET. SO_ERROR still holds the error that connect() has already reported.
# Why it matters: boards of CircuitPython run lwIP, radios of .NET report ECONNREFUSED. A retry loop that waits for a server
# to start must take both errors as "not there yet".
source "$(dirname "$0")/support/lib.sh"
source "$support/lwip.sh"
out=$(lwip_program <<'C'
int main(void)
{
    host_up();
    int socket = lwip_socket(AF_INET, SOCK_STREAM, 0), error = -1;
    socklen_t length = sizeof error;
    struct sockaddr_in address = host_port(7);
    SHOW("connect", lwip_connect(socket, (struct sockaddr *)&address, sizeof address));
    lwip_getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
    printf("SO_ERROR=%s\n", strerrorname_np(error));
}
C
)
expect "connect() to a closed port, then SO_ERROR" "$out" $'connect=ECONNRESET\nSO_ERROR=ECONNRESET'
