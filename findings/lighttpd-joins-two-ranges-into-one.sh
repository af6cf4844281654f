#!/bin/bash
# lighttpd 1.4.69 (Debian 1.4.69-1): two ranges come as one, and a GET with a body is refused
#
# Guess: Range: bytes=0-1,4-5 of a file is 206 with multipart/byteranges and two parts, as webfs 1.21 answers; the body of a GET is read and
# ignored (RFC 9110, 9.3.1: no defined meaning).
# Observed: 206 with Content-Range: bytes 0-5/10 and six bytes: ranges that are close together are joined, which RFC 9110, 15.3.7.2 allows. A GET
# with Content-Length: 5 is 400 and the end of the connection (server.http-parseopts: method-get-body).
# Why it matters: a client that asks for two blocks of a firmware file must look at Content-Range: it gets a block that it did not ask for, in one
# piece. Clients that send queries in a GET work with other servers.
source "$(dirname "$0")/support/lib.sh"
source "$support/http.sh"
http_packages
ranges() {
    python - "$port" <<'P'
import http.client, sys
client = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
client.request("GET", "/a.txt", headers={"Range": "bytes=0-1,4-5"})
response = client.getresponse()
print(response.status, (response.getheader("Content-Type") or "").partition(";")[0].startswith("multipart/"), response.getheader("Content-Range"), len(response.read()) if response.getheader("Content-Range") else "")
P
}
http_server lighttpd
expect "lighttpd: status, multipart, range, bytes" "$(ranges)" "206 False bytes 0-5/10 6"
expect "a GET with a body" "$(http_ask 'GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello')" "400 "
http_server webfs
expect "webfs" "$(ranges)" "206 True None "
