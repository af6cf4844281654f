#!/bin/bash
# tinyproxy 1.11.1 (Debian tinyproxy-bin 1.11.1-2.1+deb12u1): of fields with one name only the first passes, in requests and in responses
#
# Guess: a proxy hands all fields on, or joins those with one name with a comma; two Set-Cookie fields, which cannot be joined, stay two.
# Observed: of "Set-Cookie: a=1" and "Set-Cookie: b=2" the client gets the first; of "X-Two: 1" and "x-two: 2" the first. The server gets the first of two
# If-None-Match fields. No error, no log.
# Why it matters: a login that sets a session and a token works directly and fails behind the proxy, and so do several Link, Vary, Warning or
# X-Forwarded-For fields. Join lists with commas before they are sent; for cookies use another proxy.
source "$(dirname "$0")/support/lib.sh"
debian tinyproxy-bin=1.11.1-2.1+deb12u1
proxy=$(free_port)
printf 'Port %s\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 30\nMaxClients 9\n' "$proxy" >"$work/tinyproxy.conf"
start tinyproxy -d -c "$work/tinyproxy.conf"
wait_tcp "$proxy"
cat >"$work/program.py" <<'P'
import socket, sys, threading
def read(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(4096)
    return head
def show(name, head):
    print(name, *(line.decode() for line in head.split(b"\r\n") if line.split(b":")[0].lower() in (b"set-cookie", b"x-two", b"if-none-match")), sep="; ")
def serve():
    connection = listener.accept()[0]
    show("request", read(connection))
    connection.sendall(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 0\r\n\r\n")
    connection.close()
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
for name, to in (("directly", port), ("tinyproxy", int(sys.argv[1]))):
    print(name)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with socket.create_connection(("127.0.0.1", to), 20) as client:
        client.sendall(b'GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nIf-None-Match: "a"\r\nIf-None-Match: "b"\r\n\r\n' % (port, port))
        head = read(client)
    thread.join(20)
    show("response", head)
P
expect "fields" "$(timeout 50 /usr/bin/python3 "$work/program.py" "$proxy")" 'directly
request; If-None-Match: "a"; If-None-Match: "b"
response; Set-Cookie: a=1; Set-Cookie: b=2; X-Two: 1; x-two: 2
tinyproxy
request; If-None-Match: "a"
response; Set-Cookie: a=1; X-Two: 1'
