#!/bin/bash
# tcpdump (Debian 4.99.3-1, libpcap 1.10.3-1): "icmp6" matches no MLD report, and "udp port" no datagram behind an IPv6 option
#
# Guess: icmp6, tcp and udp find their protocol wherever it is in a packet, as Wireshark's names do: `tcpdump icmp6` shows who joins a group.
# Observed: for IPv6 they look at the fixed header's next-header field alone (and behind one fragment header). An MLDv2 report has the
# router-alert option in a hop-by-hop header before ICMPv6, as its RFC demands, so `icmp6` leaves it out, and `udp port 5353` the datagram
# behind an empty destination-options header. tcpdump prints both without a filter. `ip6 protochain 58` finds the report.
# Why it matters: who looks with `tcpdump icmp6` why an IPv6 group gets nothing sees no joins and looks for the fault in the program.
source "$(dirname "$0")/support/lib.sh"
debian tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 python3-scapy=2.5.0+dfsg-2
python - "$work/a.pcap" 2>/dev/null <<'P'
import sys
from scapy.layers.inet import UDP
from scapy.layers.inet6 import *
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap
frame = Ether(src="02:00:00:00:00:01", dst="33:33:00:00:00:16")
report = ICMPv6MLReport2(records=[ICMPv6MLDMultAddrRec(dst="ff02::fb")])
wrpcap(sys.argv[1], [
    frame / IPv6(src="fe80::1", dst="ff02::16", hlim=1) / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / report,
    frame / IPv6(src="fe80::1", dst="ff02::1") / ICMPv6EchoRequest(),
    frame / IPv6(src="fe80::1", dst="fe80::2") / IPv6ExtHdrDestOpt() / UDP(sport=5353, dport=5353),
    frame / IPv6(src="fe80::1", dst="fe80::2") / UDP(sport=5353, dport=5353)])
P
count() { tcpdump -nr "$work/a.pcap" "$@" 2>/dev/null | wc -l; }
expect "no filter: MLDv2 reports" "$(tcpdump -nr "$work/a.pcap" 2>/dev/null | grep -c 'multicast listener report v2')" 1
expect "icmp6, of 2 packets" "$(count icmp6)" 1
expect "ip6 protochain 58, of 2 packets" "$(count ip6 protochain 58)" 2
expect "udp port 5353, of 2 packets" "$(count udp port 5353)" 1
