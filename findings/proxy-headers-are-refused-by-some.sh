#!/bin/bash
# haproxy 2.6.12-1+deb12u4, nginx 1.22.1-9+deb12u11 and lighttpd 1.4.69-1 (Debian 12): each refuses other valid PROXY headers
#
# Guess: what the specification calls valid is taken by all three: after PROXY UNKNOWN anything up to the line's end is ignored, ports begin at 0,
# and additional fields (TLV) of version 2 may fill the 16-bit length.
# Observed: haproxy resets a connection that begins with "PROXY UNKNOWN 10.0.0.1 10.0.0.2 1111 80" (without the addresses it is taken). lighttpd
# closes at source port 0. nginx and lighttpd give up at 5000 bytes of TLV. The plain headers of both versions work everywhere.
# Why it matters: a relay whose clients come from a socket without a port, or that adds a certificate as TLV, works with one server and looks like
# a broken network with the next. Send UNKNOWN alone, and few TLV.
source "$(dirname "$0")/support/lib.sh"
debian haproxy=2.6.12-1+deb12u4 nginx=1.22.1-9+deb12u11 lighttpd=1.4.69-1 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 \
    libopentracing1=1.6.0-4 libpcre2-8-0=10.42-1+deb12u2
nginx=$(free_port) haproxy=$(free_port) lighttpd=$(free_port)
mkdir "$work/www"
echo fine >"$work/www/a"
{
    echo "daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log; events {} http { access_log off;"
    for kind in client_body fastcgi uwsgi scgi proxy; do echo "${kind}_temp_path $work/$kind;"; done
    echo "server { listen 127.0.0.1:$nginx proxy_protocol; root $work/www; } }"
} >"$work/nginx.conf"
printf 'defaults\n mode http\n timeout client 30s\nfrontend a\n bind 127.0.0.1:%s accept-proxy\n http-request return status 200\n' "$haproxy" \
    >"$work/haproxy.cfg"
cat >"$work/lighttpd.conf" <<C
server.modules = ("mod_extforward")
server.document-root = "$work/www"
server.bind = "127.0.0.1"
server.port = $lighttpd
extforward.forwarder = ("127.0.0.1" => "trust")
extforward.hap-PROXY = "enable"
C
start nginx -p "$work" -c "$work/nginx.conf"
start haproxy -db -f "$work/haproxy.cfg"
start lighttpd -D -m "$root/usr/lib/lighttpd" -f "$work/lighttpd.conf"
for port in $nginx $haproxy $lighttpd; do wait_tcp "$port"; done
expect "answers of haproxy, nginx, lighttpd" "$(python - "$haproxy" "$nginx" "$lighttpd" <<'P'
import socket, struct, sys
def two(more=b""):
    body = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + struct.pack(">HH", 1111, 80) + more
    return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", len(body)) + body
headers = {
    "TCP4": b"PROXY TCP4 10.0.0.1 10.0.0.2 1111 80\r\n", "UNKNOWN": b"PROXY UNKNOWN\r\n", "version 2": two(),
    "UNKNOWN with addresses": b"PROXY UNKNOWN 10.0.0.1 10.0.0.2 1111 80\r\n", "port 0": b"PROXY TCP4 10.0.0.1 10.0.0.2 0 80\r\n",
    "TLV of 5000 bytes": two(b"\4" + struct.pack(">H", 5000) + bytes(5000)),
}
for name, header in headers.items():
    answers = []
    for port in sys.argv[1:]:
        with socket.create_connection(("127.0.0.1", int(port)), 20) as client:
            try:
                client.sendall(header + b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                answers.append(client.recv(12)[9:].decode() or "closed")
            except ConnectionError:
                answers.append("closed")
    print(name, *answers)
P
)" 'TCP4 200 200 200
UNKNOWN 200 200 200
version 2 200 200 200
UNKNOWN with addresses closed 200 200
port 0 200 200 closed
TLV of 5000 bytes 200 closed closed'
