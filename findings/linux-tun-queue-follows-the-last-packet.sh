#!/bin/bash
# Linux (seen with 6.18), TUN with IFF_MULTI_QUEUE: the queue of a flow is the one that its peer's last packet was written to
#
# Guess: the kernel spreads packets over the queues by a hash of addresses and ports, so that a flow stays on one queue whatever the program does.
# Observed: that holds until the program writes a packet of the flow. Then the kernel's packets to that peer come out of the queue that was written
# to last: 1 after a write to 1, 0 after the next one to 0.
# Why it matters: a stack whose threads write to any queue sees packets of one connection jump from thread to thread, and reordered. A thread that
# writes only to the queue that it reads keeps its flows; writing the first packet elsewhere moves a flow on purpose.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
[ -c /dev/net/tun ] || skip "there is no /dev/net/tun"
need unshare ip
cat >"$work/queues.py" <<'P'
import fcntl, os, select, socket, struct, subprocess
TUNSETIFF, TUN, NO_PI, MULTI_QUEUE = 0x400454CA, 0x0001, 0x1000, 0x0100
OWN, PEER = bytes([10, 7, 0, 1]), bytes([10, 7, 0, 2])
queues = []
for _ in range(2):
    queues.append(os.open("/dev/net/tun", os.O_RDWR))
    fcntl.ioctl(queues[-1], TUNSETIFF, struct.pack("16sH22x", b"many", TUN | NO_PI | MULTI_QUEUE))
subprocess.run("echo 1 >/proc/sys/net/ipv6/conf/many/disable_ipv6; ip addr add 10.7.0.1/24 dev many && ip link set many up", shell=True, check=True)
own = socket.socket(type=socket.SOCK_DGRAM)
own.bind(("10.7.0.1", 5000))

def write(queue, port):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 29, 1, 0, 64, 17, 0, PEER, OWN)
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    os.write(queues[queue], head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:] + struct.pack(">HHHHB", port, 5000, 9, 0, 1))
    own.settimeout(5)
    own.recv(10)

def queue_of(port):
    own.sendto(b"x", ("10.7.0.2", port))
    ready = select.select(queues, [], [], 5)[0]
    os.read(ready[0], 2000)
    return queues.index(ready[0])

by_hash, followed = set(), []
for port in range(9000, 9032):
    by_hash.add(queue_of(port))
    for queue in 1, 0:
        write(queue, port)
        followed.append(queue_of(port) == queue)
print(sorted(by_hash), all(followed))
P
expect "queues of 32 flows before a write, and whether each packet came from the queue of the last write" \
    "$(unshare -n /usr/bin/python3 "$work/queues.py")" "[0, 1] True"
