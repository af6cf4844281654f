#!/bin/bash
# tcpdump (Debian 4.99.3-1, libpcap 1.10.3-1) reads pcapng of several interfaces only if all have one snapshot length
#
# Guess: the snapshot length is a remark about an interface; a file of two Ethernet interfaces with 65535 and 262144 is read like any other.
# Observed: tcpdump stops at the second interface, "has a snapshot length 262144 different from the snapshot length of the first interface",
# and everything behind it is lost: the packet before it is printed, the one after it is not. tshark 4.0.17 reads both packets.
# Why it matters: files that several programs or interfaces wrote together (a capture of two links, mergecap) may be unreadable
# for tcpdump and everything else on libpcap, while Wireshark shows them. CapturingLink writes one length for all.
source "$(dirname "$0")/support/lib.sh"
debian tcpdump=4.99.3-1 libpcap0.8=1.10.3-1
PYTHONPATH=$support python - "$work/a.pcapng" <<'P'
import sys
from pcapng import *
open(sys.argv[1], "wb").write(SECTION + interface() + packet(0, 10**15, FRAME) + interface(snapshot=262144) + packet(1, 10**15 + 9, FRAME))
P
status=0
tcpdump -n -r "$work/a.pcapng" >"$work/out" 2>"$work/errors" || status=$?
expect "exit status" "$status" 1
expect "packets printed" "$(grep -c UDP "$work/out")" 1
grep -q "snapshot length 262144 different" "$work/errors" || changed "another message: $(tail -1 "$work/errors")"
