#!/bin/bash
# ncat 7.93, nc (netcat-openbsd) 1.219 and socat 1.7.4.4 (Debian 12): a UDP listener refuses the second sender
# ncat 7.93+dfsg1-1, netcat-openbsd 1.219-1, socat 1.7.4.4-2
#
# Guess: a UDP port has no connections: `ncat -u -l`, `nc -u -l` and `socat UDP-LISTEN:... -` print what anybody sends to it.
# Observed: after the first datagram all three connect the socket to its sender. A second sender gets ECONNREFUSED, as if nobody listened, and
# its datagram is lost; the first is served on. `nc -k`, `socat UDP-RECV` print all.
# Why it matters: a program that sends from a new socket, for example after a restart or from a pool, reaches the quick listener that is to
# show its datagrams only once, and looks broken. A refusal does not prove that the port has no listener.
source "$(dirname "$0")/support/lib.sh"
debian ncat=7.93+dfsg1-1 netcat-openbsd=1.219-1 socat=1.7.4.4-2 liblua5.3-0=5.3.6-2 libbsd0=0.11.7-2
cat >"$work/client.py" <<'P'
import errno, socket, subprocess, sys, threading, time
port, command = int(sys.argv[2]), sys.argv[3:]
process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
with open(sys.argv[1], "a") as started:  # ended by the script, whatever happens here
    print(process.pid, file=started)
seen, news = [], threading.Condition()
def read():
    while line := process.stdout.readline():
        with news:
            seen.append(line.decode().strip())
            news.notify()
threading.Thread(target=read, daemon=True).start()
def send(client, text):
    for attempt in range(100):  # the first one until somebody listens
        try:
            client.send(text.encode() + b"\n")
            with news:
                if news.wait_for(lambda: text in seen, 3):
                    return "printed"
            client.send(b"more\n")
            return "lost"
        except ConnectionRefusedError:
            if seen:
                return "refused"
            time.sleep(0.1)
first, second = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
first.connect(("127.0.0.1", port))
second.connect(("127.0.0.1", port))
print(send(first, "a"), send(second, "b"), send(first, "c"))
process.kill()
process.wait()
P
ask() { timeout 40 /usr/bin/python3 "$work/client.py" "$work/started" "$port" "$@"; }
port=$(free_port)
expect "ncat -u -l" "$(ask ncat -u -l 127.0.0.1 "$port")" "printed refused printed"
port=$(free_port)
expect "nc -u -l" "$(ask nc.openbsd -u -l 127.0.0.1 "$port")" "printed refused printed"
port=$(free_port)
expect "socat UDP-LISTEN" "$(ask socat -u "UDP-LISTEN:$port,bind=127.0.0.1" -)" "printed refused printed"
port=$(free_port)
expect "nc -u -k -l" "$(ask nc.openbsd -u -k -l 127.0.0.1 "$port")" "printed printed printed"
port=$(free_port)
expect "socat UDP-RECV" "$(ask socat -u "UDP-RECV:$port,bind=127.0.0.1" -)" "printed printed printed"
