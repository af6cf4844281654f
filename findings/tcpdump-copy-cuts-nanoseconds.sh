#!/bin/bash
# tcpdump (Debian 4.99.3-1, libpcap 1.10.3-1) cuts the nanoseconds of a pcapng file when it filters it into another
#
# Guess: `tcpdump -r in -w out FILTER` copies packets as they are, with the file's resolution.
# Observed: a time of …123456789 becomes …123456000 in the copy, without a word; the copy is a file of microseconds.
# `--time-stamp-precision=nano` keeps all nine digits.
# Why it matters: on a simulated clock or a loopback link, packets are less than a microsecond apart; after such a filter their order in
# time and their round-trip times are gone.
source "$(dirname "$0")/support/lib.sh"
debian tcpdump=4.99.3-1 libpcap0.8=1.10.3-1
PYTHONPATH=$support python - "$work/a.pcapng" <<'P'
import sys
from pcapng import *
open(sys.argv[1], "wb").write(SECTION + interface(NANOSECONDS) + packet(0, 1_700_000_000_123456789, FRAME))
P
copied() {
    tcpdump -n "$@" -r "$work/a.pcapng" -w "$work/b.pcap" udp 2>/dev/null
    tcpdump -n -tt --time-stamp-precision=nano -r "$work/b.pcap" 2>/dev/null | cut -d ' ' -f 1
}
expect "time after a copy" "$(copied)" 1700000000.123456000
expect "with --time-stamp-precision=nano" "$(copied --time-stamp-precision=nano)" 1700000000.123456789
