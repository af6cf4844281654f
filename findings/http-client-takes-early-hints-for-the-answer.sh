#!/bin/bash
# Python 3.11.2 (Debian python3.11), http.client: 103 Early Hints and 102 Processing are the final answer
#
# Guess: a client must be able to parse any 1xx response before the final one, also one that it did not ask for (RFC 9110, 15.2), and
# ignores those it does not know; curl 7.88, GNU wget 1.21.3, Tornado 6.2 and HttpClient of .NET do so.
# Observed: http.client skips 100 only. With 103 or 102 the status is 103 and the body is empty; the real response stays unread in the
# connection. urllib.request raises HTTPError.
# Why it matters: a server or a content delivery network that turns Early Hints on breaks programs on http.client (urllib, requests,
# botocore). A proxy in front of them has to remove 1xx.
source "$(dirname "$0")/support/lib.sh"
[ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
debian wget=1.21.3-1+deb12u1 python3-tornado=6.2.0-3+deb12u4
out=$(python - <<'P'
import asyncio, http.client, logging, socket, subprocess, threading, urllib.error, urllib.request
from tornado.simple_httpclient import SimpleAsyncHTTPClient
logging.disable()

def serve(status):
    listener = socket.create_server(("127.0.0.1", 0))
    def run():
        while True:
            connection, _ = listener.accept()
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            connection.sendall(b"HTTP/1.1 %s\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi" % status)
            connection.close()
    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]

async def tornado(url):
    return (await SimpleAsyncHTTPClient().fetch(url)).code

for status in b"100 Continue", b"102 Processing", b"103 Early Hints":
    port = serve(status)
    url = f"http://127.0.0.1:{port}/"
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    client.request("GET", "/")
    response = client.getresponse()
    try:
        urllib_status = urllib.request.urlopen(url, timeout=5).status
    except urllib.error.HTTPError as error:
        urllib_status = f"HTTPError {error.code}"
    wget = subprocess.run(["wget", "-qO-", "-t1", url], capture_output=True, text=True, timeout=10).stdout
    print(status.decode(), "|", response.status, response.read(), "|", urllib_status, "|", wget, "|", asyncio.run(tornado(url)))
P
)
expect "status | http.client | urllib | wget | Tornado" "$out" "100 Continue | 200 b'hi' | 200 | hi | 200
102 Processing | 102 b'' | HTTPError 102 | hi | 200
103 Early Hints | 103 b'' | HTTPError 103 | hi | 200"
