#!/bin/bash
# CivetWeb 1.15 (Debian libcivetweb1 1.15+dfsg-4): a request whose chunk has an extension arrives with an empty body
#
# Guess: extensions that the server does not know are ignored (RFC 9112, 7.1.1), or the request is refused.
# Observed: the handler reads "hi" from plain chunks, also with leading zeros, and nothing from a chunk "2;name=value". The handler cannot tell
# it from an empty request and answers 200. A request in absolute form (GET http://host/) is closed without an answer.
# Why it matters: an upload through a client or a proxy that adds extensions (signatures, tracing) is stored as an empty file, and
# both sides report success.
source "$(dirname "$0")/support/lib.sh"
need gcc
debian libcivetweb1=1.15+dfsg-4 libcivetweb-dev=1.15+dfsg-4
port=$(free_port)
cat >"$work/server.c" <<'C'
#include <civetweb.h>
#include <stdio.h>
#include <unistd.h>

static int answer(struct mg_connection *connection, void *unused)
{
    char body[100];
    int length = mg_read(connection, body, sizeof body - 1);
    body[length < 0 ? 0 : length] = 0;
    mg_printf(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nread: %s.", body);
    return 200;
}

int main(int count, char **arguments)
{
    const char *options[] = {"listening_ports", arguments[1], NULL};
    struct mg_callbacks callbacks = {0};
    mg_set_request_handler(mg_start(&callbacks, NULL, options), "/", answer, NULL);
    sleep(60);
}
C
gcc -w -I "$root/usr/include" "$work/server.c" -o "$work/server" "$root/usr/lib/x86_64-linux-gnu/libcivetweb.so.1" || changed "the program no longer compiles"
start "$work/server" "127.0.0.1:$port"
wait_tcp "$port"
ask() {
    python - "$port" "$1" <<'P'
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as client:
    client.sendall(sys.argv[2].encode().decode("unicode_escape").encode())
    answer = b""
    try:
        while part := client.recv(4096):
            answer += part
    except ConnectionResetError:
        pass
    print(answer.rpartition(b"\r\n")[2].decode() or "closed")
P
}
post='POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'
expect "plain chunks" "$(ask "${post}"'0002\r\nhi\r\n0\r\n\r\n')" "read: hi."
expect "with an extension" "$(ask "${post}"'2;name=value\r\nhi\r\n0\r\n\r\n')" "read: ."
expect "absolute form" "$(ask 'GET http://a/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')" "closed"
