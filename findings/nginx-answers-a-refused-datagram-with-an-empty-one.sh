#!/bin/bash
# nginx 1.22.1 (Debian nginx 1.22.1-9+deb12u11, stream): a client whose datagram the server refuses gets an empty datagram
#
# Guess: when nobody listens behind the proxy the client gets nothing, or ECONNREFUSED as it would directly.
# Observed: recv() gives a datagram of 0 bytes from the proxy, for the first datagram and for some of the later ones. Directly it is ECONNREFUSED.
# Why it matters: a client takes the empty datagram for an answer; a parser fails at it, and a health check that waits for any answer says that a
# dead server lives. A reader for which 0 bytes mean the end stops for good.
source "$(dirname "$0")/support/lib.sh"
debian nginx=1.22.1-9+deb12u11 libnginx-mod-stream=1.22.1-9+deb12u11 libpcre2-8-0=10.42-1+deb12u2
need ss
proxy=$(free_port) closed=$(free_port)
cat >"$work/nginx.conf" <<C
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log;
load_module $root/usr/lib/nginx/modules/ngx_stream_module.so;
events {}
stream { server { listen 127.0.0.1:$proxy udp; proxy_pass 127.0.0.1:$closed; } }
C
start nginx -p "$work" -c "$work/nginx.conf"
for _ in $(seq 100); do [ -n "$(ss -ulnH "sport = :$proxy")" ] && break; sleep 0.1; done
cat >"$work/client.py" <<'P'
import errno, socket, sys
for port in sys.argv[1:]:
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", int(port)))
        client.settimeout(10)
        client.send(b"hello")
        try:
            print(client.recv(100))
        except OSError as e:
            print(errno.errorcode.get(e.errno, "nothing"))
P
expect "directly, and through nginx" "$(timeout 40 /usr/bin/python3 "$work/client.py" "$closed" "$proxy")" $'ECONNREFUSED\nb\'\''
