#!/bin/bash
# tcprewrite 4.4.3 (Debian tcpreplay 4.4.3-1): new addresses and ports do not reach the packet that an ICMP error quotes, nor --srcipmap ARP
#
# Guess: --pnat and --portmap rewrite a capture consistently, like a NAT: also the quoted packet, by which the receiver of an ICMP error finds its
# socket. What --pnat does to ARP, --srcipmap and --dstipmap do to its sender and target.
# Observed: "10.0.0.9 > 10.0.0.1: ICMP 10.0.0.2 udp port 2000 unreachable" becomes "172.16.0.9 > 172.16.0.1: ICMP 10.0.0.2 udp port 2000 unreachable". --pnat
# rewrites ARP, --srcipmap leaves it.
# Why it matters: a replayed refusal belongs to no socket, and the stack under test ignores it rightly: the test shows a time-out. Addresses
# that were to be hidden stay in the file.
source "$(dirname "$0")/support/lib.sh"
debian tcpreplay=4.4.3-1 libdumbnet1=1.16.3-1 libpcap0.8=1.10.3-1 tcpdump=4.99.3-1 python3-scapy=2.5.0+dfsg-2
python - "$work/a.pcap" 2>/dev/null <<'P'
import sys
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.utils import wrpcap
frame = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
datagram = IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=1000, dport=2000)
wrpcap(sys.argv[1], [
    frame / datagram, frame / IP(src="10.0.0.9", dst="10.0.0.1") / ICMP(type=3, code=3) / datagram, frame / ARP(psrc="10.0.0.1", pdst="10.0.0.2")])
P
rewrite() {
    tcprewrite "$@" -i "$work/a.pcap" -o "$work/b.pcap" >/dev/null 2>&1
    tcpdump -tnr "$work/b.pcap" 2>/dev/null | sed 's/, length.*//'
}
expect "--pnat" "$(rewrite --pnat=10.0.0.0/24:172.16.0.0/24)" 'IP 172.16.0.1.1000 > 172.16.0.2.2000: UDP
IP 172.16.0.9 > 172.16.0.1: ICMP 10.0.0.2 udp port 2000 unreachable
ARP, Request who-has 172.16.0.2 tell 172.16.0.1'
expect "--srcipmap" "$(rewrite --srcipmap=10.0.0.0/24:172.16.0.0/24)" 'IP 172.16.0.1.1000 > 10.0.0.2.2000: UDP
IP 172.16.0.9 > 10.0.0.1: ICMP 10.0.0.2 udp port 2000 unreachable
ARP, Request who-has 10.0.0.2 tell 10.0.0.1'
expect "--portmap" "$(rewrite --portmap=2000:3000)" 'IP 10.0.0.1.1000 > 10.0.0.2.3000: UDP
IP 10.0.0.9 > 10.0.0.1: ICMP 10.0.0.2 udp port 2000 unreachable
ARP, Request who-has 10.0.0.2 tell 10.0.0.1'
