#!/bin/bash
# lldpcli of lldpd 1.0.16 (Debian lldpd 1.0.16-1+deb12u1), -f json: "interface" is missing, an object or an array for 0, 1 or 2 neighbours
#
# Guess: "interface" is an array of the neighbours, empty without one.
# Observed: without a neighbour the member is missing; with one it is an object whose only name is that of the port; with two it is an array
# of such objects. The neighbour's own name is the name of a member too. -f json0 is an array always.
# Why it matters: a program that was written at a desk with one switch fails in the rack, or takes the index for the port's name. Use json0.
source "$(dirname "$0")/support/lib.sh"
debian lldpd=1.0.16-1+deb12u1 libevent-2.1-7=2.1.12-stable-8+deb12u1 libpci3=1:3.9.0-4 libperl5.36=5.36.0-7+deb12u4 libsnmp40=5.9.3+dfsg-2+deb12u1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need ip unshare mount
cat >"$work/announce.py" <<'P'
import socket, struct, sys
def field(kind, value):
    return struct.pack(">H", kind << 9 | len(value)) + value
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.bind(("far", 0))
    for number in range(1, int(sys.argv[1]) + 1):
        mac = bytes([2, 0, 0, 0, 0, number])
        s.send(bytes.fromhex("0180c200000e") + mac + b"\x88\xcc" + field(1, b"\4" + mac) + field(2, b"\7p1") + field(3, b"\0\x78") +
               field(5, b"device%d" % number) + field(0, b""))
P
cat >"$work/shape.py" <<'P'
import json, sys
neighbours = json.load(sys.stdin)["lldp"]
if isinstance(neighbours, list):
    print("json0", type(neighbours[0].get("interface")).__name__)
else:
    found = neighbours.get("interface")
    print(type(found).__name__, *(sorted(found) if isinstance(found, dict) else [len(found)] if found else []))
P
cat >"$work/inside" <<'S'
set -e
ip link set lo up
ip link add near type veth peer name far
ip link set near up
ip link set far up
# The account that lldpd changes to, in a copy of the system's list.
{ cat /etc/passwd; echo "_lldpd:x:65533:65533::/run/lldpd:/bin/false"; } >"$WORK/passwd"
{ cat /etc/group; echo "_lldpd:x:65533:"; } >"$WORK/group"
mount --bind "$WORK/passwd" /etc/passwd
mount --bind "$WORK/group" /etc/group
mount -t tmpfs none /run
mkdir /run/lldpd
lldpd -d -u /run/socket -I near 2>/dev/null & server=$!
for _ in $(seq 100); do lldpcli -u /run/socket resume >/dev/null 2>&1 && break; sleep 0.1; done
shape() { lldpcli -u /run/socket -f "$1" show neighbors summary | /usr/bin/python3 "$WORK/shape.py"; }
# neighbours COUNT: announce so many until lldpd has them.
neighbours() {
    for _ in $(seq 100); do
        [ "$1" = 0 ] || /usr/bin/python3 "$WORK/announce.py" "$1"
        [ "$(lldpcli -u /run/socket -f keyvalue show neighbors summary | grep -c chassis.mac || true)" = "$1" ] && break
        sleep 0.1
    done
    shape json
}
neighbours 0
neighbours 1
shape json0
neighbours 2
kill $server
S
out=$(WORK=$work unshare -nm bash "$work/inside" 2>"$work/log") || skip "lldpd did not start: $(tail -1 "$work/log")"
expect "none, one, one as json0, two" "$out" 'NoneType
dict near
json0 list
list 2'
