#!/bin/bash
# Seven relays and proxies of Debian 12 end both directions when one side has ended its sending
# socat 1.7.4.4-2, nginx 1.22.1-9+deb12u11 (stream), microsocks 1.0.3-2, tinyproxy-bin 1.11.1-2.1+deb12u1 (CONNECT), rinetd 0.73-1,
# redir 3.3-1 and simpleproxy 3.5-1+b2; dante-server 1.4.2+dfsg-7+b8 does not
#
# Guess: a relay of TCP hands an end of stream on and keeps the other direction open (RFC 9293, 3.6: a half-closed connection).
# Observed: the client sends its question, ends its sending and waits. The server answers one second later. Directly and through dante the
# answer arrives. Through the seven others the client reads an end of stream without a byte: at once, with socat after 0.5 s.
# Why it matters: protocols whose requests end with shutdown(SHUT_WR) work in a test on one host and lose every answer behind a relay.
# socat needs -t, nginx proxy_half_close on; for the others end the request with a length or a delimiter.
source "$(dirname "$0")/support/lib.sh"
debian socat=1.7.4.4-2 nginx=1.22.1-9+deb12u11 libnginx-mod-stream=1.22.1-9+deb12u11 microsocks=1.0.3-2 tinyproxy-bin=1.11.1-2.1+deb12u1 \
    rinetd=0.73-1 redir=3.3-1 simpleproxy=3.5-1+b2 dante-server=1.4.2+dfsg-7+b8 libwrap0=7.6.q-32
cat >"$work/server.py" <<'P'
import socket, sys, threading, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
def serve(connection):
    with connection:
        while connection.recv(100):
            pass
        time.sleep(1)
        try:
            connection.sendall(b"answer")
        except OSError:
            pass
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
P
server=$(free_port)
start python "$work/server.py" "$server"
wait_tcp "$server"
# ask HOW PORT: the answer to a question that ends with shutdown(SHUT_WR), or "nothing".
ask() {
    wait_tcp "$2"
    python - "$@" "$server" <<'P'
import socket, struct, sys
how, port, server = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with socket.create_connection(("127.0.0.1", port), 5) as client:
    if how == "socks":
        client.sendall(b"\5\1\0")
        client.recv(2)
        client.sendall(b"\5\1\0\1\x7f\0\0\1" + struct.pack(">H", server))
        client.recv(10)
    elif how == "http":
        client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (server, server))
        while not client.recv(1000).endswith(b"\r\n\r\n"):
            pass
    client.sendall(b"question")
    client.shutdown(socket.SHUT_WR)
    try:
        print(client.recv(100).decode() or "nothing")
    except ConnectionResetError:
        print("nothing")
P
}
port=$(free_port)
cat >"$work/danted.conf" <<C
logoutput: stderr
internal: 127.0.0.1 port = $port
external: lo
socksmethod: none
clientmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 0/0 to: 0/0 }
socks pass { from: 0/0 to: 0/0 }
C
start danted -f "$work/danted.conf" -p "$work/danted.pid"
expect "directly" "$(ask plain "$server")" answer
expect "dante" "$(ask socks "$port")" answer
port=$(free_port)
start socat "TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "TCP:127.0.0.1:$server"
expect "socat" "$(ask plain "$port")" nothing
port=$(free_port)
cat >"$work/nginx.conf" <<C
load_module $root/usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log;
events {}
stream { server { listen 127.0.0.1:$port; proxy_pass 127.0.0.1:$server; } }
C
start nginx -p "$work" -c "$work/nginx.conf" -e "$work/nginx.log"
expect "nginx" "$(ask plain "$port")" nothing
port=$(free_port)
start microsocks -i 127.0.0.1 -p "$port"
expect "microsocks" "$(ask socks "$port")" nothing
port=$(free_port)
printf 'Port %s\nListen 127.0.0.1\nTimeout 10\n' "$port" >"$work/tinyproxy.conf"
start tinyproxy -d -c "$work/tinyproxy.conf"
expect "tinyproxy" "$(ask http "$port")" nothing
port=$(free_port)
echo "127.0.0.1 $port 127.0.0.1 $server" >"$work/rinetd.conf"
start rinetd -f -c "$work/rinetd.conf"
expect "rinetd" "$(ask plain "$port")" nothing
port=$(free_port)
start redir -n "127.0.0.1:$port" "127.0.0.1:$server"
expect "redir" "$(ask plain "$port")" nothing
port=$(free_port)
start simpleproxy -L "127.0.0.1:$port" -R "127.0.0.1:$server"
expect "simpleproxy" "$(ask plain "$port")" nothing
