#!/bin/bash
# ethtool 6.1 (Debian ethtool 1:6.1-1): --json works for offloads, and is a "bad command line argument" for speed, counters, driver and rings
#
# Guess: --json gives what a command prints as JSON, or text where there is none yet, as `ip -j` does.
# Observed: `ethtool --json -k lo` is JSON. `ethtool --json lo`, -S, -i, -g and -T end with an error ("bad command line argument(s)") and status 1, though
# without --json they print their values.
# Why it matters: a test that records counters and link speed with the offloads needs two readers, and the message makes one look for a
# typing error. /sys/class/net/NAME/statistics has numbers.
source "$(dirname "$0")/support/lib.sh"
debian ethtool=1:6.1-1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
ip link add veth0 type veth peer name veth1 || exit 1
for option in -k "" -S -i -T; do
    text=fails json=fails
    ethtool $option veth0 >/dev/null 2>&1 && text=works
    ethtool --json $option veth0 2>&1 | /usr/bin/python3 -c 'import json, sys; json.load(sys.stdin)' 2>/dev/null && json=works
    ethtool --json $option veth0 2>&1 | grep -q 'bad command line' && json="bad command line"
    echo "ethtool $option: $text, --json $json"
done
S
out=$(unshare -n bash "$work/inside") || skip "no veth in this kernel"
expect "text and JSON" "$out" 'ethtool -k: works, --json works
ethtool : works, --json bad command line
ethtool -S: works, --json bad command line
ethtool -i: works, --json bad command line
ethtool -T: works, --json bad command line'
