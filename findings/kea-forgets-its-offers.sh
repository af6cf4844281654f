#!/bin/bash
# kea-dhcp4 2.2.0 (Debian kea-dhcp4-server 2.2.0-6): a repeated DISCOVER gets another address, T1 and T2 are never sent, a wrong REQUEST gets silence
#
# Guess: a server keeps its offer for the client for some seconds, sends options 58 and 59 (T1, T2) when the client asks for them, and refuses (NAK)
# a request for an address that it did not offer.
# Observed: the second DISCOVER of one client is offered the next address, and the third the one after that. With 58 and 59 in the parameter list neither is in the
# answer. A REQUEST that names this server and an address outside its pool is not answered.
# Why it matters: a client that sends DISCOVER again, since the offer came late, must take offer and request from one exchange, and has to
# compute T1 and T2 itself; without a NAK it goes through all its retries before it starts anew.
source "$(dirname "$0")/support/lib.sh"
debian kea-dhcp4-server=2.2.0-6 kea-common=2.2.0-6 liblog4cplus-2.0.5=2.0.8-1 libmariadb3=1:10.11.19-0+deb12u1 python3-scapy=2.5.0+dfsg-2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/conf" <<C
{ "Dhcp4": { "interfaces-config": { "interfaces": ["veth0"] }, "lease-database": { "type": "memfile", "persist": false }, "valid-lifetime": 100,
  "subnet4": [ { "subnet": "10.5.0.0/24", "interface": "veth0", "pools": [ { "pool": "10.5.0.100-10.5.0.120" } ] } ],
  "loggers": [ { "name": "kea-dhcp4", "severity": "INFO", "output_options": [ { "output": "stderr" } ] } ] } }
C
cat >"$work/client.py" <<'P'
import select, socket, sys, time
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
link.bind(("veth1", 0))
mac = "02:00:00:00:00:99"
def ask(number, kind, *options, wait=20):
    """The answer's type, address, and the codes of its options, or None."""
    link.send(bytes(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67) /
                    BOOTP(chaddr=bytes.fromhex(mac.replace(":", "")), xid=number) / DHCP(options=[("message-type", kind), *options, "end"])))
    end = time.monotonic() + wait
    while select.select([link], [], [], max(0, end - time.monotonic()))[0]:
        packet = Ether(link.recv(2000))
        if BOOTP in packet and packet[BOOTP].op == 2 and packet[BOOTP].xid == number:
            names = [option[0] for option in packet[DHCP].options]
            return packet[DHCP].options[0][1], packet[BOOTP].yiaddr, "renewal_time" in names or "rebinding_time" in names
    return None
for number in range(1, 30):  # until the server is there
    if first := ask(number, "discover", wait=1):
        break
offers = [first, *(ask(100 + n, "discover", ("param_req_list", [1, 3, 51, 58, 59])) for n in range(2))]
print("offers", *(int(offer[1].split(".")[3]) - int(first[1].split(".")[3]) for offer in offers), "T1 or T2", any(offer[2] for offer in offers))
taken = ask(200, "request", ("server_id", "10.5.0.1"), ("requested_addr", offers[-1][1]), ("param_req_list", [58, 59]))
print("request", taken[0], taken[1] == offers[-1][1], "T1 or T2", taken[2])
print("request outside the pool", ask(300, "request", ("server_id", "10.5.0.1"), ("requested_addr", "10.5.0.55"), wait=4))
P
cat >"$work/inside" <<'S'
ip link add veth0 type veth peer name veth1 || exit 1
ip link set lo up
ip link set veth0 up
ip link set veth1 up
ip addr add 10.5.0.1/24 dev veth0
mkdir "$1/run"
KEA_PIDFILE_DIR=$1/run KEA_LOCKFILE_DIR=$1/run kea-dhcp4 -c "$1/conf" >"$1/log" 2>&1 &
server=$!
echo $server >>"$1/started"
for _ in $(seq 100); do grep -q DHCP4_STARTED "$1/log" && break; sleep 0.1; done
timeout 45 /usr/bin/python3 "$1/client.py" 2>/dev/null
kill $server
S
out=$(unshare -n bash "$work/inside" "$work") || skip "no veth in this kernel"
expect "a client's exchanges" "$out" 'offers 0 1 2 T1 or T2 False
request 5 True T1 or T2 False
request outside the pool None'
