#!/bin/bash
# tc of iproute2 6.1.0 (Debian iproute2 6.1.0-3): the JSON of a rate is in bytes, its text in bits, and the latency has no unit
#
# Guess: `tc -j qdisc` gives the numbers of the text without their units: 1Mbit is 1000000, and 50ms is 50 or 0.05.
# Observed: for a token bucket of 1mbit, 10kb and 50ms the text says "rate 1Mbit burst 10Kb lat 50ms" and the JSON "rate":125000,
# "burst":10240,"lat":50000: bytes a second, bytes, microseconds.
# Why it matters: a test that reads its link's rate back to compute the expected throughput is wrong by a factor of 8, and its delay by 1000.
source "$(dirname "$0")/support/lib.sh"
debian iproute2=6.1.0-3 libbpf1=1:1.1.2-0+deb12u1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare
cat >"$work/inside" <<'S'
set -e
tc qdisc add dev lo root tbf rate 1mbit burst 10k latency 50ms
tc qdisc show dev lo | grep -o 'rate.*' | sed 's/ *$//'
tc -j qdisc show dev lo | grep -o '"options.*'
S
out=$(unshare -n bash "$work/inside") || skip "no token bucket in this kernel"
expect "text and JSON" "$out" 'rate 1Mbit burst 10Kb lat 50ms
"options":{"rate":125000,"burst":10240,"lat":50000}}]'
