#!/bin/bash
# Nine relays and proxies of Debian 12: a connection that the server resets ends for the client as if it were complete
# socat 1.7.4.4-2, haproxy 2.6.12-1+deb12u4, nginx 1.22.1-9+deb12u11 (stream), microsocks 1.0.3-2, tinyproxy-bin 1.11.1-2.1+deb12u1,
# rinetd 0.73-1, redir 3.3-1, simpleproxy 3.5-1+b2 and ncat 7.93+dfsg1-1
#
# Guess: a relay that reads ECONNRESET on one side resets the other side, so that a client knows that data is missing.
# Observed: the server sends "half" and resets the connection. Directly the client gets ECONNRESET; through each of the nine it reads an end
# of stream. In the other direction, a client that resets, haproxy alone resets the server's side.
# Why it matters: a protocol whose message ends with the connection (HTTP/1.0, FTP, many instruments) takes a cut message for a whole one behind
# a relay. Send a length or a terminator, and check it.
source "$(dirname "$0")/support/lib.sh"
debian socat=1.7.4.4-2 haproxy=2.6.12-1+deb12u4 nginx=1.22.1-9+deb12u11 libnginx-mod-stream=1.22.1-9+deb12u11 microsocks=1.0.3-2 \
    tinyproxy-bin=1.11.1-2.1+deb12u1 rinetd=0.73-1 redir=3.3-1 simpleproxy=3.5-1+b2 ncat=7.93+dfsg1-1 liblua5.3-0=5.3.6-2 \
    libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 libpcre2-8-0=10.42-1+deb12u2
cat >"$work/program.py" <<'P'
import socket, struct, sys, threading
how, relay, server, resetter = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
def read(connection):
    try:
        while connection.recv(100):
            pass
        return "end"
    except ConnectionResetError:
        return "reset"
def serve():
    connection = listener.accept()[0]
    connection.settimeout(30)
    connection.recv(5)
    connection.sendall(b"half")
    if resetter == "server":
        received.wait(30)
        reset(connection)
    else:
        seen.append(read(connection))
listener, received, seen = socket.create_server(("127.0.0.1", server)), threading.Event(), []
thread = threading.Thread(target=serve, daemon=True)
thread.start()
client = socket.create_connection(("127.0.0.1", relay), 30)
if how == "socks":
    client.sendall(b"\5\1\0")
    client.recv(2)
    client.sendall(b"\5\1\0\1\x7f\0\0\1" + struct.pack(">H", server))
    client.recv(10)
elif how == "http":
    client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (server, server))
    while not client.recv(1000).endswith(b"\r\n\r\n"):
        pass
client.sendall(b"hello")
assert client.recv(4) == b"half"
if resetter == "server":
    received.set()
    print(read(client))
else:
    reset(client)
    thread.join(30)
    print(*seen)
P
server=$(free_port)
for name in socat haproxy nginx microsocks tinyproxy rinetd redir simpleproxy ncat; do printf -v "$name" %s "$(free_port)"; done
printf 'defaults\n mode tcp\n timeout connect 5s\n timeout client 30s\n timeout server 30s\nlisten a\n bind 127.0.0.1:%s\n server s 127.0.0.1:%s\n' \
    "$haproxy" "$server" >"$work/haproxy.cfg"
cat >"$work/nginx.conf" <<C
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log;
load_module $root/usr/lib/nginx/modules/ngx_stream_module.so;
events {}
stream { server { listen 127.0.0.1:$nginx; proxy_pass 127.0.0.1:$server; } }
C
printf 'Port %s\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 30\nMaxClients 9\n' "$tinyproxy" >"$work/tinyproxy.conf"
printf '127.0.0.1 %s 127.0.0.1 %s\n' "$rinetd" "$server" >"$work/rinetd.conf"
start socat "TCP-LISTEN:$socat,fork,reuseaddr,bind=127.0.0.1" "TCP:127.0.0.1:$server"
start haproxy -db -f "$work/haproxy.cfg"
start nginx -p "$work" -c "$work/nginx.conf"
start microsocks -i 127.0.0.1 -p "$microsocks"
start tinyproxy -d -c "$work/tinyproxy.conf"
start rinetd -f -c "$work/rinetd.conf"
start redir -n "127.0.0.1:$redir" "127.0.0.1:$server"
start simpleproxy -L "127.0.0.1:$simpleproxy" -R "127.0.0.1:$server"
start ncat -k -l 127.0.0.1 "$ncat" --sh-exec "ncat 127.0.0.1 $server"
# listens PORT: until somebody does, without a connection that the relay would hand on.
listens() {
    for _ in $(seq 100); do [ -n "$(ss -tlnH "sport = :$1")" ] && return; sleep 0.1; done
    skip "nobody listens on port $1: $(tail -1 "$work/started.log")"
}
need ss
expect "directly" "$(python "$work/program.py" tcp "$server" "$server" server)" reset
expect "directly, client resets" "$(python "$work/program.py" tcp "$server" "$server" client)" reset
for name in socat haproxy nginx microsocks tinyproxy rinetd redir simpleproxy ncat; do
    case $name in microsocks) how=socks ;; tinyproxy) how=http ;; *) how=tcp ;; esac
    listens "${!name}"
    expect "$name, server resets" "$(timeout 60 /usr/bin/python3 "$work/program.py" $how "${!name}" "$server" server)" end
    case $name in haproxy) seen=reset ;; *) seen=end ;; esac
    expect "$name, client resets" "$(timeout 60 /usr/bin/python3 "$work/program.py" $how "${!name}" "$server" client)" $seen
done
