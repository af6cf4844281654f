#!/bin/bash
# nginx 1.22.1 (Debian nginx 1.22.1-9+deb12u11, stream): the first datagram of a session passes whole, later ones are cut at 16384 bytes
#
# Guess: a datagram passes whole or not at all, and the size of a stream's buffer (proxy_buffer_size, 16k) is for TCP.
# Observed: of three datagrams of 20000 bytes from one client socket the server gets 20000, 16384 and 16384 bytes, without a line in the log. From three
# sockets each is whole. The same in the other direction: answers are cut at 16384. proxy_buffer_size 64k lets all through.
# Why it matters: a test with one datagram per socket passes, and the program that keeps its socket loses the ends of its messages.
source "$(dirname "$0")/support/lib.sh"
debian nginx=1.22.1-9+deb12u11 libnginx-mod-stream=1.22.1-9+deb12u11 libpcre2-8-0=10.42-1+deb12u2
need ss
serve python -u -c '
import socket
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1])
while True:
    data, client = server.recvfrom(65536)
    if data[:1] == b"n":
        data = len(data).to_bytes(4, "big")
    server.sendto(data, client)'
plain=$(free_port) large=$(free_port)
cat >"$work/nginx.conf" <<C
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log info;
load_module $root/usr/lib/nginx/modules/ngx_stream_module.so;
events {}
stream {
    server { listen 127.0.0.1:$plain udp; proxy_pass 127.0.0.1:$port; }
    server { listen 127.0.0.1:$large udp; proxy_pass 127.0.0.1:$port; proxy_buffer_size 64k; }
}
C
start nginx -p "$work" -c "$work/nginx.conf"
for _ in $(seq 100); do [ -n "$(ss -ulnH "sport = :$large")" ] && break; sleep 0.1; done
cat >"$work/client.py" <<'P'
import socket, sys
def client():
    made = socket.socket(type=socket.SOCK_DGRAM)
    made.connect(("127.0.0.1", int(sys.argv[1])))
    made.settimeout(20)
    return made
def arrived(socket):
    socket.send(b"n" + bytes(19999))
    return int.from_bytes(socket.recv(65536), "big")
kept = client()
print("one socket", *(arrived(kept) for _ in range(3)), "three sockets", *(arrived(client()) for _ in range(3)), end=" ")
echo = client()
echo.send(bytes(20000))
print("answer", len(echo.recv(65536)))
P
expect "as it is" "$(timeout 50 /usr/bin/python3 "$work/client.py" "$plain")" "one socket 20000 16384 16384 three sockets 20000 20000 20000 answer 16384"
expect "proxy_buffer_size 64k" "$(timeout 50 /usr/bin/python3 "$work/client.py" "$large")" "one socket 20000 20000 20000 three sockets 20000 20000 20000 answer 20000"
