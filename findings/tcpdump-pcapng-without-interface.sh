#!/bin/bash
# tcpdump (Debian 4.99.3-1, libpcap 1.10.3-1) refuses a pcapng file that has no interface yet
#
# Guess: a file of a section header alone is legal pcapng (interfaces come "as needed") and prints nothing, exit status 0.
# Observed: "the capture file has no Interface Description Blocks", exit status 1. With one interface and no packet it is accepted.
# Why it matters: a writer that describes each interface at its first packet leaves a file that libpcap cannot open whenever nothing
# was captured: a test that "nothing was sent" then fails at opening the file. Describe one interface at the start.
source "$(dirname "$0")/support/lib.sh"
debian tcpdump=4.99.3-1 libpcap0.8=1.10.3-1
PYTHONPATH=$support python - "$work" <<'P'
import sys
from pcapng import *
open(sys.argv[1] + "/section.pcapng", "wb").write(SECTION)
open(sys.argv[1] + "/interface.pcapng", "wb").write(SECTION + interface())
P
status=0
tcpdump -n -r "$work/section.pcapng" 2>"$work/errors" || status=$?
expect "exit status without an interface" "$status" 1
grep -q "no Interface Description Blocks" "$work/errors" || changed "another message: $(tail -1 "$work/errors")"
status=0
tcpdump -n -r "$work/interface.pcapng" 2>/dev/null || status=$?
expect "exit status with an interface and no packet" "$status" 0
