#!/bin/bash
# dnsmasq 2.90, udhcpd of BusyBox 1.35.0 and ISC dhcpd 4.4.3-P1 (Debian 12): the first OFFER comes after 3, 2 and 1 seconds
#
# Guess: on an idle link a DISCOVER of a new client is answered at once.
# Observed: each server first looks whether somebody has the address: dnsmasq pings it and waits 3 s, udhcpd sends ARP for 2 s, dhcpd pings and
# waits 1 s. The ACK follows its REQUEST at once. dnsmasq --no-ping answers at once.
# Why it matters: a client that gives up or sends again after 1 or 2 s (boards, boot loaders, tests with a simulated clock) fails with one
# server and works with another; and each new lease of a test costs these seconds.
source "$(dirname "$0")/support/lib.sh"
need ip unshare
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
debian dnsmasq-base=2.90-4~deb12u2 busybox=1:1.35.0-4+deb12u1+b1 isc-dhcp-server=4.4.3-P1-2
cat >"$work/ask.py" <<'P'
import socket, struct, time
mac = bytes.fromhex(open("/sys/class/net/finding1/address").read().strip().replace(":", ""))
def message(kind, *options):
    head = struct.pack(">BBBBIHH16x16s192x", 1, 1, 6, 0, 7, 0, 0x8000, mac)
    return head + b"\x63\x82\x53\x63\x35\x01" + bytes([kind]) + b"".join(options) + b"\xff"
def option(answer, code):
    at = 240
    while answer[at] != code:
        at += 2 + answer[at + 1]
    return answer[at:at + 2 + answer[at + 1]]
client = socket.socket(type=socket.SOCK_DGRAM)
client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"finding1")
client.bind(("", 68))
client.settimeout(10)
def ask(*what):
    started = time.monotonic()
    client.sendto(message(*what), ("255.255.255.255", 67))
    answer = client.recv(2000)
    waited = time.monotonic() - started
    return answer, "at once" if waited < 0.8 else f"after {int(waited + 0.1)} s"
offer, waited = ask(1)
print("OFFER", waited, "ACK", ask(3, b"\x32\x04" + offer[16:20], option(offer, 54))[1])
P
cat >"$work/inside.sh" <<'S'
set -e
cd "$1"
mount -t tmpfs none /run
mkdir -p /run/netns
ip link set lo up
ip link add finding0 type veth peer name finding1
ip address add 10.5.0.1/24 dev finding0
ip link set finding0 up
ip netns add client
ip link set finding1 netns client
ip -n client link set finding1 up
printf 'subnet 10.5.0.0 netmask 255.255.255.0 { range 10.5.0.10 10.5.0.20; }\n' >dhcpd.conf
printf 'start 10.5.0.10\nend 10.5.0.20\ninterface finding0\nlease_file leases3\npidfile pid3\n' >udhcpd.conf
touch leases2
dnsmasq="dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=finding0 --dhcp-range=10.5.0.10,10.5.0.20 --user=root --pid-file="
try() {
    local name=$1
    shift
    "$@" >>log 2>&1 &
    local server=$!
    for _ in $(seq 50); do ss -Hlnu 'sport = :67' | grep -q . && break; sleep 0.1; done
    sleep 0.5
    echo "$name: $(ip netns exec client /usr/bin/python3 ask.py)"
    kill $server
    wait $server || true
}
try "dnsmasq" $dnsmasq --dhcp-leasefile=leases0
try "dnsmasq --no-ping" $dnsmasq --dhcp-leasefile=leases1 --no-ping
try "dhcpd" dhcpd -f -4 -cf dhcpd.conf -lf leases2 -pf pid2 finding0
try "udhcpd" busybox udhcpd -f udhcpd.conf
S
out=$(unshare -n -m bash "$work/inside.sh" "$work" 2>"$work/log") || skip "no namespaces or veth here: $(tail -1 "$work/log")"
expect "first answers" "$out" "dnsmasq: OFFER after 3 s ACK at once
dnsmasq --no-ping: OFFER at once ACK at once
dhcpd: OFFER after 1 s ACK at once
udhcpd: OFFER after 2 s ACK at once"
