#!/bin/bash
# Scapy 2.5.0 (Debian python3-scapy 2.5.0+dfsg-2) reads pcapng without its packets' comments and its interfaces' time offset
#
# Guess: rdpcap() gives each packet's comment, for which Packet has an attribute "comment", and honours if_tsoffset, as dpkt and tcpdump do.
# Observed: the comment is None for a packet that has one. With an offset of 1700000000 s, a packet of 0.5 s has the time 0.5, in 1970.
# Why it matters: CapturingLink writes the socket of each packet, or why it was dropped, as a comment; a script on Scapy cannot
# see it. `tshark -T fields -e frame.comment` can.
source "$(dirname "$0")/support/lib.sh"
debian python3-scapy=2.5.0+dfsg-2
PYTHONPATH=$support python - "$work/a.pcapng" <<'P'
import struct, sys
from pcapng import *
offset = option(14, struct.pack("<q", 1_700_000_000))
open(sys.argv[1], "wb").write(SECTION + interface(offset) + packet(0, 500_000, FRAME, option(1, b"socket 3")))
P
out=$(python - "$work/a.pcapng" 2>/dev/null <<'P'
import sys
import scapy.layers.l2
from scapy.utils import rdpcap
packet = rdpcap(sys.argv[1])[0]
print(packet.comment, float(packet.time))
P
)
expect "comment and time" "$out" "None 0.5"
