#!/bin/bash
# Scapy 2.5.0 and dpkt 1.9.8 (Debian python3-scapy 2.5.0+dfsg-2, python3-dpkt 1.9.8-1) read a second section of pcapng
# with the interfaces of the first
#
# Guess: pcapng files may be joined with cat(1): each section numbers its interfaces anew, and readers follow.
# Observed: a packet of the second section, whose interface counts nanoseconds, is read in the microseconds of the first section's
# interface 0: 1000000000 s become 1000000000000 s, the year 33658. Neither says anything. tshark and tcpdump read it right.
# Why it matters: captures of several runs are often joined with cat, and scripts that measure delays in them use these libraries.
# Use mergecap, or read each file alone.
source "$(dirname "$0")/support/lib.sh"
debian python3-scapy=2.5.0+dfsg-2 python3-dpkt=1.9.8-1
PYTHONPATH=$support python - "$work/a.pcapng" <<'P'
import sys
from pcapng import *
first = SECTION + interface() + packet(0, 10**15, FRAME)
second = SECTION + interface(NANOSECONDS) + packet(0, 10**18, FRAME)
open(sys.argv[1], "wb").write(first + second)
P
out=$(python - "$work/a.pcapng" 2>/dev/null <<'P'
import sys, dpkt
from scapy.utils import rdpcap
import scapy.layers.l2
print("scapy", *(int(packet.time) for packet in rdpcap(sys.argv[1])))
print("dpkt", *(int(time) for time, _ in dpkt.pcapng.Reader(open(sys.argv[1], "rb"))))
P
)
expect "seconds of two packets of the same moment" "$out" $'scapy 1000000000 1000000000000\ndpkt 1000000000 1000000000000'
