#!/bin/bash
# ss of iproute2 6.1.0 (Debian iproute2 6.1.0-3): a filter for one state removes a column
#
# Guess: `ss -tn state established` prints the columns of `ss -tn`, only with fewer lines.
# Observed: State, the first column, is missing, so the peer is the fourth word of a line instead of the fifth; with a filter for several states
# ("state connected") it is there again.
# Why it matters: `awk '{print $5}'` on it prints nothing or the process, and a check that counts the connections of a peer says zero.
source "$(dirname "$0")/support/lib.sh"
debian iproute2=6.1.0-3 libbpf1=1:1.1.2-0+deb12u1
[[ $(ss -V) == *iproute2-6.1.0* ]] || skip "the pin is iproute2 6.1.0"
# The first word of the header.
header() { ss -tn "$@" | head -1 | awk '{print $1}'; }
expect "all" "$(header)" State
expect "one state" "$(header state established)" Recv-Q
expect "several states" "$(header state connected)" State
