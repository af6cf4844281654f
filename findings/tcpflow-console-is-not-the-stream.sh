#!/bin/bash
# tcpflow 1.6.1 (Debian tcpflow 1.6.1-2+b1): -c prints segments as they were captured, twice and out of order; its files are in order, with zeros for lost data
#
# Guess: tcpflow -c shows on the console what the files without -c contain: the stream as the receiver's program reads it.
# Observed: for AAAA, CCCC, then BBBB and BBBB again, the file has AAAABBBBCCCC and the console AAAA, CCCC, BBBB, BBBB. Where the capture has lost
# 4 bytes the file has 4 zero bytes without a mark, and the console joins both sides.
# Why it matters: on a path with loss or reordering, which is when one looks, the console shows a protocol error that was not on the wire;
# and the zeros in a file look like data that the sender sent.
source "$(dirname "$0")/support/lib.sh"
debian tcpflow=1.6.1-2+b1 libhttp-parser2.9=2.9.4-5 libpcap0.8=1.10.3-1 libcairo2=1.16.0-7 python3-scapy=2.5.0+dfsg-2
python - "$work/a.pcap" 2>/dev/null <<'P'
import sys
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap
def segment(port, position, data=b"", flags="PA"):
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="10.0.0.1", dst="10.0.0.2") / \
        TCP(sport=port, dport=80, seq=1000 + position, ack=1, flags=flags) / data
wrpcap(sys.argv[1], [
    segment(1, -1, flags="S"), segment(1, 0, b"AAAA"), segment(1, 8, b"CCCC"), segment(1, 4, b"BBBB"), segment(1, 4, b"BBBB"),
    segment(2, -1, flags="S"), segment(2, 0, b"one"), segment(2, 7, b"two")])
P
mkdir "$work/files"
(cd "$work/files" && tcpflow -r "$work/a.pcap" >/dev/null 2>&1)
(cd "$work/files" && tcpflow -c -r "$work/a.pcap" 2>/dev/null) >"$work/console"
console() { sed -n "s/^010.000.000.001.$1-[^ ]*: //p" "$work/console" | paste -sd ' '; }
file() { tr '\0' 0 <"$work/files/010.000.000.001.$1-010.000.000.002.00080"; }
expect "reordered and sent again, file" "$(file 00001)" AAAABBBBCCCC
expect "reordered and sent again, console" "$(console 00001)" "AAAA CCCC BBBB BBBB"
expect "4 bytes lost, file (zero bytes as 0)" "$(file 00002)" one0000two
expect "4 bytes lost, console" "$(console 00002)" "one two"
