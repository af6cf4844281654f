#!/bin/bash
# tcpdump (Debian 4.99.3-1, libpcap 1.10.3-1): the filter for SYN segments matches those of IPv4 only
#
# Guess: "tcp[tcpflags] & tcp-syn != 0" matches each SYN, as "tcp" matches both IP versions; or tcpdump refuses what it cannot filter.
# Observed: of a SYN over IPv4 and one over IPv6 it prints the first, without a warning; the same for "udp[4:2] > 8". "icmp6[0]" works. With
# "not (...)" the SYN over IPv6 is printed as a segment without SYN.
# Why it matters: a capture of connection attempts on a machine with both versions, where "localhost" and most names are IPv6 first,
# shows none, and a test that counts handshakes counts a part. Write "ip6[6] = 6 and ip6[53] & 2 != 0" beside it.
source "$(dirname "$0")/support/lib.sh"
debian tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 python3-scapy=2.5.0+dfsg-2
python - "$work/a.pcap" 2>/dev/null <<'P'
import sys
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap
frame = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
wrpcap(sys.argv[1], [frame / network / transport
    for network in (IP(src="10.0.0.1", dst="10.0.0.2"), IPv6(src="2001:db8::1", dst="2001:db8::2"))
    for transport in (TCP(flags="S"), UDP(dport=9) / b"data")])
P
versions() { tcpdump -nr "$work/a.pcap" "$@" 2>/dev/null | awk '{print $2}' | paste -sd ' '; }
expect "tcp" "$(versions tcp)" "IP IP6"
expect "SYN" "$(versions 'tcp[tcpflags] & tcp-syn != 0')" IP
expect "tcp without SYN" "$(versions 'tcp and not tcp[tcpflags] & tcp-syn != 0')" IP6
expect "udp[4:2] > 8" "$(versions 'udp[4:2] > 8')" IP
expect "with IPv6 written out" "$(versions 'tcp[tcpflags] & tcp-syn != 0 or (ip6[6] = 6 and ip6[53] & 2 != 0)')" "IP IP6"
