#!/bin/bash
# editcap -d (Debian wireshark-common 4.0.17-0+deb12u3) takes a frame on another interface for a duplicate
#
# Guess: duplicates are looked for on each interface, since a pcapng file says on which one a frame was seen.
# Observed: the same frame on interfaces "near" and "far" at the same moment is dropped once; the copy has one packet, of "near".
# Why it matters: a capture of both ends of a cable has each frame twice on purpose: it shows that the frame arrived.
# After `editcap -d` every frame looks lost on the way.
source "$(dirname "$0")/support/lib.sh"
need editcap tshark
installed=$(dpkg-query -W -f '${Version}' wireshark-common)
[ "$installed" = 4.0.17-0+deb12u3 ] || skip "wireshark-common is $installed, not 4.0.17-0+deb12u3"
PYTHONPATH=$support python - "$work/a.pcapng" <<'P'
import sys
from pcapng import *
near, far = interface(option(2, b"near")), interface(option(2, b"far"))
open(sys.argv[1], "wb").write(SECTION + near + far + packet(0, 10**15, FRAME) + packet(1, 10**15, FRAME))
P
names() { tshark -r "$1" -T fields -e frame.interface_name 2>/dev/null | paste -sd ' '; }
expect "interfaces of the packets" "$(names "$work/a.pcapng")" "near far"
editcap -d "$work/a.pcapng" "$work/b.pcapng" >/dev/null 2>&1
expect "after editcap -d" "$(names "$work/b.pcapng")" near
