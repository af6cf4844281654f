#!/bin/bash
# mtr 0.95 (Debian mtr-tiny 0.95-1): -s 100 is an IP packet of 100 bytes, where ping, fping, hping3 and nping send 128
# iputils-ping 3:20221126-1+deb12u1, fping 5.1-1, hping3 3.a2.ds2-10, nmap 7.93+dfsg1-1 (nping)
#
# Guess: the size is that of the data behind the ICMP header, as everywhere in the family of ping: `mtr -s 1472` tests a path of 1500 bytes.
# Observed: for 100 bytes ping, fping, hping3 and nping send IP packets of 128 bytes, mtr sends 100 (72 bytes of data).
# Why it matters: a path's MTU found with one of these tools is 28 bytes off when the number goes to the other: `mtr -s 1472` passes through a
# tunnel of 1480 bytes, in which `ping -s 1472` is lost.
source "$(dirname "$0")/support/lib.sh"
debian mtr-tiny=0.95-1 fping=5.1-1 hping3=3.a2.ds2-10 nmap=7.93+dfsg1-1 nmap-common=7.93+dfsg1-1 libjansson4=2.14-2 libtcl8.6=8.6.13+dfsg-2 \
    liblinear4=2.3.0+dfsg-5 liblua5.3-0=5.3.6-2 lua-lpeg=1.0.2-2 iputils-ping=3:20221126-1+deb12u1 libpcap0.8=1.10.3-1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/sizes.py" <<'P'
import select, socket, subprocess, sys
watch = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
watch.bind(("lo", 0))
for command in sys.stdin.read().splitlines():
    subprocess.run(command.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
    sizes = set()
    while select.select([watch], [], [], 0.3)[0]:
        frame = watch.recv(2000)
        if frame[23] == 1 and frame[34] == 8:
            sizes.add(int.from_bytes(frame[16:18], "big"))
    print(command.split()[0], *sizes)
P
out=$(unshare -n bash -c "ip link set lo up; PYTHONPATH= /usr/bin/python3 $work/sizes.py" <<'C'
ping -n -c 1 -s 100 127.0.0.1
fping -c 1 -b 100 127.0.0.1
hping3 -n -1 -c 1 -d 100 127.0.0.1
nping --icmp -c 1 --data-length 100 127.0.0.1
mtr -n -r -c 1 -s 100 127.0.0.1
C
)
expect "bytes of the IP packet of an echo request" "$out" 'ping 128
fping 128
hping3 128
nping 128
mtr 100'
