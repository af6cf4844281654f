#!/bin/bash
# Tornado 6.2 (Debian python3-tornado 6.2.0-3+deb12u4): a chunk with an extension, or a trailer, ends the connection
#
# Guess: a recipient must ignore chunk extensions that it does not know and may discard trailers (RFC 9112, 7.1.1 and 7.1.2); http.client,
# curl and wget do.
# Observed: fetch() raises HTTPStreamClosedError for both. A Tornado server closes the connection of a request with an extension without an
# answer, and answers 400 to one with a trailer.
# Why it matters: servers that compute a checksum while they send put it into a trailer, and proxies add extensions; what the program
# sees looks like a fault of the network.
source "$(dirname "$0")/support/lib.sh"
source "$support/http.sh"
http_packages
out=$(python - <<'P'
import asyncio, http.client, logging, socket, threading
from tornado.simple_httpclient import HTTPStreamClosedError, SimpleAsyncHTTPClient
logging.disable()
bodies = {"plain": b"2\r\nhi\r\n0\r\n\r\n", "extension": b"2;name=value\r\nhi\r\n0\r\n\r\n", "trailer": b"2\r\nhi\r\n0\r\nX-T: 5\r\n\r\n"}
for name, body in bodies.items():
    listener = socket.create_server(("127.0.0.1", 0))
    def run():
        for _ in range(2):
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
    threading.Thread(target=run, daemon=True).start()
    port = listener.getsockname()[1]
    async def fetch():
        try:
            return (await SimpleAsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/")).body
        except HTTPStreamClosedError as error:
            return type(error).__name__
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    client.request("GET", "/")
    print(name, client.getresponse().read(), asyncio.run(fetch()))
P
)
expect "http.client and Tornado" "$out" "plain b'hi' b'hi'
extension b'hi' HTTPStreamClosedError
trailer b'hi' HTTPStreamClosedError"
http_server tornado
head='GET /a.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
expect "a request in plain chunks" "$(http_ask "${head}"'2\r\nhi\r\n0\r\n\r\n')" "200 body"
expect "with an extension" "$(http_ask "${head}"'2;name=value\r\nhi\r\n0\r\n\r\n')" "closed "
expect "with a trailer" "$(http_ask "${head}"'2\r\nhi\r\n0\r\nX-T: 5\r\n\r\n')" "400 "
