#!/bin/bash
# libmicrohttpd 0.9.75 (Debian libmicrohttpd12 0.9.75-6): a header of a request that is folded into two lines is missing
#
# Guess: a server that receives obs-fold answers 400, or replaces it by spaces (RFC 9112, 5.2): "one two".
# Observed: MHD_lookup_connection_value gives NULL for it, and the request is served. The headers before and after it are there.
# Why it matters: old devices and mail-like tools fold long headers (cookies, tokens, signatures); the program sees a request
# without a token and says so, and the sender sees that it sent one.
source "$(dirname "$0")/support/lib.sh"
need gcc
debian libmicrohttpd12=0.9.75-6 libmicrohttpd-dev=0.9.75-6
cat >"$work/server.c" <<'C'
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum MHD_Result answer(void *unused, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *data, size_t *length, void **state)
{
    static int seen;
    if (*state == NULL) {
        *state = &seen;
        return MHD_YES;
    }
    char text[200];
    const char *names[] = {"X-Before", "X-Folded", "X-After"}, *values[3];
    for (int i = 0; i < 3; i++) {
        values[i] = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, names[i]);
        values[i] = values[i] ? values[i] : "missing";
    }
    snprintf(text, sizeof text, "%s|%s|%s", values[0], values[1], values[2]);
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

int main(void)
{
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, NULL, MHD_OPTION_END);
    printf("%d\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    sleep(60);
}
C
gcc -w -I "$root/usr/include" "$work/server.c" -o "$work/server" "$root/usr/lib/x86_64-linux-gnu/libmicrohttpd.so.12" || changed "the program no longer compiles"
serve "$work/server"
out=$(python - "$port" <<'P'
import socket, sys
for value in b"one two", b"one\r\n two":
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Before: 1\r\nX-Folded: " + value + b"\r\nX-After: 2\r\n\r\n")
        answer = b""
        while part := client.recv(4096):
            answer += part
        print(answer.rpartition(b"\r\n")[2].decode())
P
)
expect "on one line, and folded" "$out" $'1|one two|2\n1|missing|2'
