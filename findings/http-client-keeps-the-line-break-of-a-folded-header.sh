#!/bin/bash
# Python 3.11.2, http.client: a header that was folded into two lines has a line break in its value
#
# Guess: a user agent must replace each obs-fold of a response by spaces before it uses the value (RFC 9112, 5.2): "one two".
# Observed: getheader() returns "one\r\n two". HttpClient of .NET 10 and Tornado 6.2 give one line.
# Why it matters: old devices fold long headers. The value does not compare equal, breaks a line of a log in two, and a proxy that sends
# it on raises ValueError, since http.client refuses the value that it read itself.
source "$(dirname "$0")/support/lib.sh"
[ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
debian python3-tornado=6.2.0-3+deb12u4
cat >"$work/server.py" <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
    connection.close()
P
serve python "$work/server.py"
out=$(python - "$port" <<'P'
import asyncio, http.client, sys
from tornado.simple_httpclient import SimpleAsyncHTTPClient
client = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
client.request("GET", "/")
value = client.getresponse().getheader("X-A")
print(repr(value))
try:
    http.client.HTTPConnection("127.0.0.1", int(sys.argv[1])).request("GET", "/", headers={"X-A": value.strip() + "\r\n"})
except ValueError as error:
    print("ValueError")
async def tornado():
    return (await SimpleAsyncHTTPClient().fetch(f"http://127.0.0.1:{sys.argv[1]}/")).headers["X-A"]
print(asyncio.run(tornado()))
P
)
expect "http.client, sent on, Tornado" "$out" $'\'one\\r\\n two\'\nValueError\none two'
out=$(PORT=$port csharp <<'CSHARP'
using HttpClient client = new();
HttpResponseMessage response = await client.GetAsync($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT")}/");
Console.WriteLine(response.Headers.GetValues("X-A").Single().Contains('\n'));
CSHARP
)
expect "a line break with HttpClient" "$out" False
