#!/bin/bash
# nft 1.0.6 (Debian nftables 1.0.6-2+deb12u2): in JSON one state is a text, two states are an array, and two ports an object
#
# Guess: what may have several values has one type in `nft -j list ruleset`: "right" of a match on ct state is always an array, that of a set
# always {"set": [...]}, and `tcp dport { 80 }` is listed as a set.
# Observed: `ct state established` is "established", `established,related` an array, `tcp dport 80` and `tcp dport { 80 }` are 80, two
# ports {"set": [80, 443]}, a range {"range": [80, 90]}. An element of a set with a time-out is an object, its neighbour without one a number.
# Why it matters: a program that reads a firewall's rules into types fails at the first rule with another count of values. Test the kind of
# each "right" and each element.
source "$(dirname "$0")/support/lib.sh"
debian nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare
cat >"$work/inside" <<'S'
set -e
nft -f - <<'N'
table inet t {
    set s { type inet_service; flags timeout; elements = { 80 timeout 90m, 443 } }
    chain c {
        ct state established accept
        ct state established,related accept
        tcp dport 80 accept
        tcp dport { 80 } accept
        tcp dport { 80, 443 } accept
        tcp dport 80-90 accept
    }
}
N
nft -j list ruleset | /usr/bin/python3 -c '
import json, sys
for each in json.load(sys.stdin)["nftables"]:
    if "rule" in each:
        print(json.dumps(each["rule"]["expr"][0]["match"]["right"]))
    elif "set" in each:
        print(*(type(element).__name__ for element in each["set"]["elem"]))'
S
out=$(unshare -n bash "$work/inside") || skip "no nftables in this kernel"
expect "elements of the set, right sides of the six rules" "$out" 'dict int
"established"
["established", "related"]
80
80
{"set": [80, 443]}
{"range": [80, 90]}'
