#!/bin/bash
# socat 1.7.4.4 and ncat 7.93 (Debian socat 1.7.4.4-2, ncat 7.93+dfsg1-1): a relay cuts datagrams at 8192 bytes, without an error
#
# Guess: a datagram of up to 65507 bytes passes a relay whole, or is refused; ncat, which prints 60000 bytes whole, hands them whole to its program.
# Observed: of 9000 and 60000 bytes, `socat UDP-RECVFROM:... UDP-SENDTO:...` relays the first 8192, and `ncat -u -l --exec cat` echoes 8192. The rest is lost
# without a message. `socat -b 65536` relays all.
# Why it matters: an NFS, DNS or video datagram that works directly is damaged behind a relay, and its length, 8192, looks like a limit of the
# receiver's buffer.
source "$(dirname "$0")/support/lib.sh"
debian ncat=7.93+dfsg1-1 socat=1.7.4.4-2 liblua5.3-0=5.3.6-2
serve python -c '
import socket
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    data, sender = server.recvfrom(65536)
    server.sendto(len(data).to_bytes(4, "big"), sender)'
echo_port=$port
# lengths PORT: what arrives of datagrams of 8192, 9000 and 60000 bytes
cat >"$work/client.py" <<'P'
import socket, sys, time
seen = []
for length in (8192, 9000, 60000):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", int(sys.argv[1])))
        client.settimeout(20)
        for attempt in range(100):
            try:
                client.send(bytes(length))
                answer = client.recv(65536)
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        seen.append(int.from_bytes(answer, "big") if len(answer) == 4 else len(answer))
print(*seen)
P
ask() { timeout 50 /usr/bin/python3 "$work/client.py" "$1"; }
expect "directly" "$(ask "$echo_port")" "8192 9000 60000"
for options in "" "-b 65536"; do
    port=$(free_port)
    start socat $options "UDP-RECVFROM:$port,bind=127.0.0.1,fork" "UDP-SENDTO:127.0.0.1:$echo_port"
    [ -z "$options" ] && expected="8192 8192 8192" || expected="8192 9000 60000"
    expect "socat $options" "$(ask "$port")" "$expected"
done
port=$(free_port)
start ncat -u -k -l 127.0.0.1 "$port" --exec /bin/cat
expect "ncat --exec cat" "$(ask "$port")" "8192 8192 8192"
