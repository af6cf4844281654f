#!/bin/bash
# slirp4netns 1.2.0 with libslirp 4.7.0 (Debian slirp4netns 1.2.0-1, libslirp0 4.7.0-1): a client's reset is an end for the server, and UDP is never refused
#
# Guess: user-mode networking, which rootless containers and QEMU have, is transparent: what a client of the host's own loopback sees, a client behind it sees.
# Observed: a refused TCP connect and the server's reset arrive. A client that resets (SO_LINGER 0, or a killed process with unread data)
# is a normal end of stream for the server. A datagram to a closed port gives no ECONNREFUSED: the client waits for its whole time-out.
# Why it matters: a test of lost clients or of a fallback from UDP passes on the host and fails in a rootless container, or the other way round.
source "$(dirname "$0")/support/lib.sh"
debian slirp4netns=1.2.0-1 libslirp0=4.7.0-1 libglib2.0-0=2.74.6-2+deb12u9 libseccomp2=2.5.4-1+deb12u1 libpcre2-8-0=10.42-1+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
[ -e /dev/net/tun ] || skip "no TAP devices"
need unshare nsenter ip
cat >"$work/server.py" <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 7777))
print("ready", flush=True)
while True:
    connection = listener.accept()[0]
    try:
        while connection.recv(100):
            pass
        print("end", flush=True)
    except ConnectionResetError:
        print("reset", flush=True)
P
cat >"$work/client.py" <<'P'
import errno, socket, struct, sys, time
host = sys.argv[1]
def name(call, *arguments):
    try:
        call(*arguments)
        return "done"
    except TimeoutError:
        return "waits"
    except OSError as e:
        return errno.errorcode[e.errno]
with socket.socket() as refused:
    refused.settimeout(10)
    print("TCP", name(refused.connect, (host, 7778)), end=" ")
with socket.socket(type=socket.SOCK_DGRAM) as datagrams:
    datagrams.connect((host, 7778))
    datagrams.settimeout(2)
    datagrams.send(b"x")
    print("UDP", name(datagrams.recv, 1))
stream = socket.create_connection((host, 7777), 10)
stream.sendall(b"x")
time.sleep(0.5)
stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
stream.close()
P
cat >"$work/inside" <<'S'
ip link set lo up
unset PYTHONPATH
/usr/bin/python3 "$1/server.py" >"$1/server" &
server=$!
unshare -n sleep 50 &
guest=$!
# until it has a namespace of its own
for _ in $(seq 100); do [ "$(readlink /proc/$guest/ns/net)" != "$(readlink /proc/self/ns/net)" ] && break; sleep 0.05; done
exec 9<>"$1/ready"
slirp4netns -c -r 9 "$guest" tap0 >"$1/slirp" 2>&1 &
slirp=$!
printf '%s\n' $server $guest $slirp >>"$1/started"
read -r -n 1 -t 20 -u 9
served() { for _ in $(seq 100); do [ "$(wc -l <"$1/server")" -ge "$2" ] && break; sleep 0.05; done; tail -1 "$1/server"; }
served "$1" 1 >"$1/log"
/usr/bin/python3 "$1/client.py" 127.0.0.1
served "$1" 2
nsenter -t "$guest" -n /usr/bin/python3 "$1/client.py" 10.0.2.2
served "$1" 3
kill "$guest" "$slirp" "$server"
S
mkfifo "$work/ready"
out=$(timeout 50 unshare -n bash "$work/inside" "$work" 2>"$work/error") || skip "no slirp4netns here: $(tail -1 "$work/slirp")"
expect "on the host, and behind slirp4netns: refusals, and what the server sees of a reset" "$out" 'TCP ECONNREFUSED UDP ECONNREFUSED
reset
TCP ECONNREFUSED UDP waits
end'
