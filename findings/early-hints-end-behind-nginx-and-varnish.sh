#!/bin/bash
# nginx 1.22.1-9+deb12u11 and Varnish 7.1.1-2+deb12u1 (Debian 12) break at 103 Early Hints of the server behind them
# haproxy 2.6.12-1+deb12u4, tinyproxy-bin 1.11.1-2.1+deb12u1, privoxy 3.0.34-1
#
# Guess: an interim response (1xx) is handed on or dropped, as RFC 9110 demands of a proxy, and the client gets the final 200 in any case.
# Observed: haproxy, tinyproxy and privoxy hand it on. Varnish answers 503 "Backend fetch failed". nginx (proxy_http_version 1.1) takes it for
# the final response and what follows for its body: while the server keeps the connection the client gets nothing at all.
# Why it matters: a server that sends Early Hints, or 102 Processing during a long request, works directly and through some proxies, and is down or
# hangs until a time-out behind others. Switch interim responses off for requests that come through a proxy.
source "$(dirname "$0")/support/lib.sh"
need gcc
debian nginx=1.22.1-9+deb12u11 varnish=7.1.1-2+deb12u1 libvarnishapi3=7.1.1-2+deb12u1 libedit2=3.1-20221030-2 libbsd0=0.11.7-2 \
    haproxy=2.6.12-1+deb12u4 tinyproxy-bin=1.11.1-2.1+deb12u1 privoxy=3.0.34-1 libmbedtls14=2.28.3-1 libmbedx509-1=2.28.3-1 \
    libmbedcrypto7=2.28.3-1 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 libpcre2-8-0=10.42-1+deb12u2
cat >"$work/server.py" <<'P'
import socket, threading
def serve(connection):
    try:
        while head := connection.recv(4096):
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(4096)
            if b"/hints" in head:
                connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    except OSError:
        pass
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
P
serve python "$work/server.py"
server=$port
for name in haproxy nginx varnish tinyproxy privoxy; do printf -v "$name" %s "$(free_port)"; done
printf 'defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\nlisten a\n bind 127.0.0.1:%s\n server s 127.0.0.1:%s\n' \
    "$haproxy" "$server" >"$work/haproxy.cfg"
{
    echo "daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log; events {} http { access_log off;"
    for kind in client_body fastcgi uwsgi scgi proxy; do echo "${kind}_temp_path $work/$kind;"; done
    echo "server { listen 127.0.0.1:$nginx; location / {"
    echo "proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://127.0.0.1:$server; } } }"
} >"$work/nginx.conf"
printf 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "%s"; }\n' "$server" >"$work/default.vcl"
printf 'Port %s\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 30\nMaxClients 9\n' "$tinyproxy" >"$work/tinyproxy.conf"
printf 'listen-address 127.0.0.1:%s\ntoggle 0\n' "$privoxy" >"$work/privoxy.conf"
mkdir "$work/varnish"
start haproxy -db -f "$work/haproxy.cfg"
start nginx -p "$work" -c "$work/nginx.conf"
start varnishd -F -n "$work/varnish" -a "127.0.0.1:$varnish" -f "$work/default.vcl" -p "vmod_path=$root/usr/lib/x86_64-linux-gnu/varnish/vmods" \
    -j none -T none
start tinyproxy -d -c "$work/tinyproxy.conf"
start privoxy --no-daemon "$work/privoxy.conf"
for name in haproxy nginx varnish tinyproxy privoxy; do wait_tcp "${!name}"; done
cat >"$work/client.py" <<'P'
import re, socket, sys
name, port, base = sys.argv[1], int(sys.argv[2]), "http://127.0.0.1:" + sys.argv[3] if sys.argv[1] in ("tinyproxy", "privoxy") else ""
seen = []
for path in ("/plain", "/hints"):
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(f"GET {base}{path} HTTP/1.1\r\nHost: 127.0.0.1:{sys.argv[3]}\r\n\r\n".encode())
        client.settimeout(3 if name == "nginx" and path == "/hints" else 20)
        answer = b""
        try:
            while not re.search(rb"HTTP/1.1 (200|503).*\r\n\r\n", answer, re.S) and (part := client.recv(4096)):
                answer += part
        except TimeoutError:
            pass
        seen.append(" ".join(re.findall(r"HTTP/1.1 (\d+)", answer.decode())) or "nothing")
print(name, *seen, sep=": ")
P
out=$(for name in haproxy tinyproxy privoxy nginx varnish; do timeout 50 /usr/bin/python3 "$work/client.py" "$name" "${!name}" "$server"; done)
expect "without and with hints" "$out" 'haproxy: 200: 103 200
tinyproxy: 200: 103 200
privoxy: 200: 103 200
nginx: 200: nothing
varnish: 200: 503'
