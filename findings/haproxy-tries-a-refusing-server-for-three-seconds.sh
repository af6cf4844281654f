#!/bin/bash
# haproxy 2.6.12 (Debian haproxy 2.6.12-1+deb12u4): a client of a server that refuses is accepted and held for 3 seconds before its end
#
# Guess: a refused connect is known at once, and so is the client's end: a closed connection for TCP, 503 for HTTP, within milliseconds, as nginx does.
# Observed: haproxy connects to a single server four times, a second apart (retries 3), and closes after 3 s, in both modes. The client's end is a normal end of
# stream (HTTP: 503). "retries 0" ends it at once. nginx closes at once.
# Why it matters: a client with a time-out below 3 s reports a slow server instead of a refusing one, a pool of sockets is full of waiting connections
# during a restart, and a test of "connection refused" through haproxy measures the wait.
source "$(dirname "$0")/support/lib.sh"
debian haproxy=2.6.12-1+deb12u4 nginx=1.22.1-9+deb12u11 libnginx-mod-stream=1.22.1-9+deb12u11 liblua5.3-0=5.3.6-2 \
    libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 libpcre2-8-0=10.42-1+deb12u2
need ss
closed=$(free_port)
for name in tcp http none nginx; do printf -v "$name" %s "$(free_port)"; done
{
    printf 'defaults\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n'
    printf 'listen tcp\n mode tcp\n bind 127.0.0.1:%s\n server s 127.0.0.1:%s\n' "$tcp" "$closed"
    printf 'listen http\n mode http\n bind 127.0.0.1:%s\n server s 127.0.0.1:%s\n' "$http" "$closed"
    printf 'listen none\n mode tcp\n retries 0\n bind 127.0.0.1:%s\n server s 127.0.0.1:%s\n' "$none" "$closed"
} >"$work/haproxy.cfg"
cat >"$work/nginx.conf" <<C
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log;
load_module $root/usr/lib/nginx/modules/ngx_stream_module.so;
events {}
stream { server { listen 127.0.0.1:$nginx; proxy_pass 127.0.0.1:$closed; } }
C
start haproxy -db -f "$work/haproxy.cfg"
start nginx -p "$work" -c "$work/nginx.conf"
for name in tcp http none nginx; do
    for _ in $(seq 100); do [ -n "$(ss -tlnH "sport = :${!name}")" ] && break; sleep 0.1; done
done
cat >"$work/client.py" <<'P'
import socket, sys, time
for name, port in zip(sys.argv[1::2], sys.argv[2::2]):
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", int(port)), 25) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try:
            answer = client.recv(12)[9:].decode() or "end"
        except ConnectionResetError:
            answer = "end"
    print(name, answer, "after 3 s" if time.monotonic() - start > 2.5 else "at once")
P
expect "clients" "$(timeout 55 /usr/bin/python3 "$work/client.py" tcp "$tcp" http "$http" "retries 0" "$none" nginx "$nginx")" 'tcp end after 3 s
http 503 after 3 s
retries 0 end at once
nginx end at once'
