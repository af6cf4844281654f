#!/usr/bin/env python3
"""Writes frames of the Linux kernel into a folder, one file each: the corpus of the frame target.

    unshare -n ./capture.py corpus/frame

Two network namespaces, a veth pair without checksum offload between them, and a packet socket that sees both directions. What is
kept: the first frame of each kind, told apart by protocol, type, flags and options."""
import array, ctypes, fcntl, os, select, signal, socket, struct, subprocess, sys, time

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
libc = ctypes.CDLL(None, use_errno=True)


def sh(line):
    subprocess.run(line, shell=True, check=True)


def no_offload(name):
    """ETHTOOL_STXCSUM, STSO, SGSO, SGRO: frames are whole, with their checksums."""
    for command in (0x17, 0x1F, 0x24, 0x2C):
        value = array.array("B", struct.pack("II", command, 0))
        request = struct.pack("16sP", name.encode(), value.buffer_info()[0]).ljust(40, b"\0")
        with socket.socket() as s:
            fcntl.ioctl(s, 0x8946, request)


def kind(f):
    """What makes a frame worth keeping beside the others."""
    t = struct.unpack(">H", f[12:14])[0]
    if t == 0x0806:
        return ("arp", f[21])
    if t == 0x0800:
        ip, p, b = f[14:], f[23], 14 + (f[14] & 15) * 4
        frag = struct.unpack(">H", ip[6:8])[0] & 0x3FFF
        if frag:
            return (4, "fragment", frag & 0x2000, frag & 0x1FFF != 0)
    elif t == 0x86DD:
        p, b = f[20], 54
        if p == 0:
            p, b = f[54], 54 + (f[55] + 1) * 8
        if p == 44:
            off = struct.unpack(">H", f[b + 2 : b + 4])[0]
            return (6, "fragment", off & 1, off > 1)
    else:
        return None
    if p == 6:
        off = f[b + 12] >> 4
        kinds, o = [], f[b + 20 : b + off * 4]
        while o and o[0] != 0:
            kinds.append((o[0], o[1] if o[0] == 5 else 0))
            o = o[1:] if o[0] == 1 else o[o[1] :]
        return (t, p, f[b + 13] & 0x37, tuple(kinds))
    return (t, p, f[b], f[b + 1]) if p in (1, 2, 58) else (t, p)


def send_beyond_a_gap():
    """The last text again, further on in the sequence: the other side answers with SACK."""
    while select.select([tap], [], [], 0)[0]:
        frames.append(tap.recv(65536))
    f = bytearray(next(f for f in reversed(frames) if f[6:12] == b"\2\0\0\0\0\1" and f[23 if f[12] == 8 else 20] == 6 and len(f) > 300))
    b = 34 if f[12] == 8 else 54
    for step in (5000, 5000, 5000, 5000):
        old = struct.unpack(">I", f[b + 4 : b + 8])[0]
        f[b + 4 : b + 8] = struct.pack(">I", (old + step) & 0xFFFFFFFF)
        f[b + 16 : b + 18] = b"\0\0"
        text = bytes(f[b:]) + b"\0" * (len(f) & 1)
        pseudo = bytes(f[b - (8 if b == 34 else 32) : b]) + struct.pack(">HH", 6, len(f) - b)
        total = sum(struct.unpack(f">{(len(pseudo) + len(text)) // 2}H", pseudo + text))
        total = (total & 0xFFFF) + (total >> 16)
        f[b + 16 : b + 18] = struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF)
        tap.send(f)


def peer():
    """The other side, in a namespace of its own: answers, and says no."""
    signal.alarm(60)
    libc.unshare(CLONE_NEWNET)
    os.write(wp, b"x")
    os.read(rc, 1)
    sh("ip link set vb address 02:00:00:00:00:02 up; ip link set lo up; ip addr add 192.0.2.2/24 dev vb; ip addr add 2001:db8::2/64 dev vb nodad")
    no_offload("vb")
    servers = []
    for family, host in ((socket.AF_INET, "192.0.2.2"), (socket.AF_INET6, "2001:db8::2")):
        s = socket.socket(family)
        s.bind((host, 7000))
        s.listen()
        servers.append(s)
    os.write(wp, b"x")
    for s in servers:
        c, _ = s.accept()
        while c.recv(65536):
            pass
        c.sendall(b"bye")
        c.close()
    os.read(rc, 1)


frames = []
(rp, wp), (rc, wc) = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    peer()
    os._exit(0)

os.read(rp, 1)
# No duplicate address detection of a kept frame is lost: the packet socket is there before the link is up.
sh(f"ip link add name va address 02:00:00:00:00:01 type veth peer name vb netns {child} && ip link set lo up")
no_offload("va")
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
tap.bind(("va", ETH_P_ALL))
tap.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # the link is down yet, it says
sh("sysctl -qw net.ipv6.conf.all.router_solicitation_delay=0")
sh("ip link set va up; ip addr add 192.0.2.1/24 dev va; ip addr add 2001:db8::1/64 dev va")
os.write(wc, b"x")
os.read(rp, 1)
time.sleep(2.5)
for family, host in ((socket.AF_INET, "192.0.2.2"), (socket.AF_INET6, "2001:db8::2")):
    s = socket.socket(family)
    s.connect((host, 7000))
    for _ in range(4):
        s.send(os.urandom(300))
    time.sleep(0.1)
    send_beyond_a_gap()
    time.sleep(0.1)
    s.shutdown(socket.SHUT_WR)
    while s.recv(100):
        pass
    s.close()
for family, host in ((socket.AF_INET, "192.0.2.2"), (socket.AF_INET6, "2001:db8::2")):
    u = socket.socket(family, socket.SOCK_DGRAM)
    u.sendto(b"nobody hears this", (host, 9))
    u.sendto(bytes(3000), (host, 9))
    try:
        socket.create_connection((host, 9))
    except OSError:
        pass
    sh(f"ping -c1 -W1 -s 33 {host} >/dev/null || true")
group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.3") + socket.inet_aton("192.0.2.1"))
time.sleep(0.5)
sh("sysctl -qw net.ipv4.conf.va.force_igmp_version=2 net.ipv6.conf.va.force_mld_version=1")
g4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
g4.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.4") + socket.inet_aton("192.0.2.1"))
g6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
g6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.inet_pton(socket.AF_INET6, "ff02::1234") + struct.pack("I", socket.if_nametoindex("va")))
time.sleep(1.5)
g4.close()
g6.close()
time.sleep(0.5)

seen, kept = set(), 0
os.makedirs(sys.argv[1], exist_ok=True)
while select.select([tap], [], [], 0)[0]:
    frames.append(tap.recv(65536))
for frame in frames:
    k = kind(frame)
    if k is None or k in seen:
        continue
    seen.add(k)
    kept += 1
    name = "-".join(str(p) for p in k if not isinstance(p, tuple))
    with open(f"{sys.argv[1]}/kernel-{kept:02}-{name}", "wb") as f:
        f.write(frame)
    print(k, len(frame))
os.write(wc, b"x")
os.waitpid(child, 0)
