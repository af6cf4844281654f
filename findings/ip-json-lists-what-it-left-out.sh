#!/bin/bash
# ip of iproute2 6.1.0 (Debian iproute2 6.1.0-3): with -j, `ip link show up` has an empty object for each interface that is down
#
# Guess: the JSON of a filtered list is an array of the interfaces that match, as the text has only their lines.
# Observed: with lo down and one bridge up, `ip -j link show up` and `ip -j addr show up` are [{},{...}], while the text has one interface.
# `ip -j link show type bridge` is the clean array.
# Why it matters: the length of the array counts every interface of the host, and the first element has no "ifname": `jq -r .[0].ifname` prints
# null. Select the elements that have the field.
source "$(dirname "$0")/support/lib.sh"
debian iproute2=6.1.0-3 libbpf1=1:1.1.2-0+deb12u1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare
cat >"$work/inside" <<'S'
set -e
ip link add board type bridge
ip link set board up
names() { ip -j "$@" | /usr/bin/python3 -c 'import json, sys; print([each.get("ifname") for each in json.load(sys.stdin)])'; }
names link show up
names addr show up
names link show type bridge
ip link show up | grep -c '^[0-9]'
S
out=$(unshare -n bash "$work/inside") || skip "no bridge in this kernel"
expect "link up, addr up, bridges; interfaces in the text of link up" "$out" "[None, 'board']
[None, 'board']
['board']
1"
