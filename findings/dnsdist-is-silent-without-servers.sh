#!/bin/bash
# dnsdist 1.7.3 (Debian dnsdist 1.7.3-2): when its servers are down it answers nothing, and it asks each server for a.root-servers.net each second
#
# Guess: a load balancer without a server that is up answers SERVFAIL at once, as a forwarder does.
# Observed: the question is dropped, and the client waits for its whole time-out. With setServFailWhenNoServer(true) it is SERVFAIL. A server that
# is to be private gets a question for a.root-servers.net (A) each second, and is down if it does not answer that.
# Why it matters: a resolver behind it cannot go on to the next name server before its time-out of 5 s, so that a failover takes 5 s instead of none. A server for one
# zone must not drop foreign names (REFUSED is enough).
source "$(dirname "$0")/support/lib.sh"
debian dnsdist=1.7.3-2 libcdb1=0.78+b1 libfstrm0=0.6.1-1 libwslay1=1.1.1-3+b1 libh2o-evloop0.13=2.2.5+dfsg2-7 liblmdb0=0.9.24-1 \
    libluajit-5.1-2=2.1.0~beta3+git20220320+dfsg-4.1+deb12u1 libpci3=1:3.9.0-4 libsnmp40=5.9.3+dfsg-2+deb12u1 libedit2=3.1-20221030-2 libbsd0=0.11.7-2 \
    libre2-9=20220601+dfsg-1+b1 libsodium23=1.0.18-1+deb12u1 libnghttp2-14=1.52.0-1+deb12u3
cat >"$work/program.py" <<'P'
import socket, subprocess, sys, threading, time
def question(name):
    return b"\1\2\1\0\0\1\0\0\0\0\0\0" + b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0\0\1\0\1"
def free():
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
def serve():
    while True:
        data, client = server.recvfrom(512)
        names.add(data[12:-5])
        if up.is_set():
            server.sendto(data[:2] + b"\x85\x80" + data[4:], client)
def ask(port, wait):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", port))
        client.settimeout(wait)
        try:
            client.send(question("name.lan"))
            return ("NOERROR", "", "SERVFAIL")[client.recv(512)[3] & 15]
        except (TimeoutError, ConnectionRefusedError):
            return "no answer"
server, names, up = socket.socket(type=socket.SOCK_DGRAM), set(), threading.Event()
server.bind(("127.0.0.1", 0))
up.set()
threading.Thread(target=serve, daemon=True).start()
balancers = []
for more in ("", "setServFailWhenNoServer(true)"):
    port = free()
    path = f"{sys.argv[1]}/{len(balancers)}"
    with open(path, "w") as file:
        file.write(f'setSecurityPollSuffix("")\nsetLocal("127.0.0.1:{port}")\n{more}\nnewServer{{address="127.0.0.1:{server.getsockname()[1]}", checkTimeout=500}}\n')
    log = open(path + ".log", "w")
    balancers.append((port, subprocess.Popen(["dnsdist", "-C", path, "--supervised", "--disable-syslog"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)))
    with open(f"{sys.argv[1]}/started", "a") as started:  # ended by the script, whatever happens here
        print(balancers[-1][1].pid, file=started)
def until(wanted, port):
    for attempt in range(50):
        if ask(port, 0.3) == wanted:
            return
        time.sleep(0.1)
for port, _ in balancers:
    until("NOERROR", port)
print("up", *(ask(port, 10) for port, _ in balancers), b"\1a\x0croot-servers\3net" in names)
up.clear()
until("SERVFAIL", balancers[1][0])
time.sleep(1)
print("down", *(ask(port, 3) for port, _ in balancers))
for _, process in balancers:
    process.kill()
    process.wait()
P
expect "default, setServFailWhenNoServer, question for the root seen" "$(timeout 55 /usr/bin/python3 "$work/program.py" "$work")" 'up NOERROR NOERROR True
down no answer SERVFAIL'
