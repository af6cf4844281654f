#!/bin/bash
# ipset 7.17 (Debian ipset 7.17-1): a network within the set is "NOT in set" though each of its addresses is, and all of IPv4 cannot be added
#
# Guess: a set of type hash:net that has 10.0.0.0/8 contains 10.2.0.0/24, and `ipset test` says so; 0.0.0.0/0 is a network like others.
# Observed: `ipset test` finds 10.2.0.1, and 10.0.0.0/8 itself, but not 10.2.0.0/24. 0.0.0.0/0 is refused ("The value of the CIDR parameter of the IP address
# is invalid"); 0.0.0.0/1 and 128.0.0.0/1 are taken. A list:set whose member has the address says "NOT in set" to the address.
# Why it matters: a script that asks before it adds a rule (`ipset test allowed "$network" || ipset add ...`) adds networks that are there, and one that
# opens a test's network to all fails at the prefix 0.
source "$(dirname "$0")/support/lib.sh"
debian ipset=7.17-1 libipset13=7.17-1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare
cat >"$work/inside" <<'S'
ipset create nets hash:net || exit 1
ipset add nets 10.0.0.0/8
ipset create list list:set
ipset add list nets
for entry in "nets 10.2.0.1" "nets 10.0.0.0/8" "nets 10.2.0.0/24" "list 10.2.0.1"; do
    ipset -q test $entry && echo "$entry is in set" || echo "$entry is NOT in set"
done
for net in 0.0.0.0/0 0.0.0.0/1 128.0.0.0/1; do ipset add nets $net 2>/dev/null && echo "$net added" || echo "$net refused"; done
S
out=$(unshare -n bash "$work/inside") || skip "no ipset in this kernel"
expect "tests and additions" "$out" 'nets 10.2.0.1 is in set
nets 10.0.0.0/8 is in set
nets 10.2.0.0/24 is NOT in set
list 10.2.0.1 is NOT in set
0.0.0.0/0 refused
0.0.0.0/1 added
128.0.0.0/1 added'
