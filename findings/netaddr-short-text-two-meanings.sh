#!/bin/bash
# netaddr 0.8.0 (Debian python3-netaddr 0.8.0-2): "10.1" is one address for IPAddress and another for IPNetwork
#
# Guess: both read the short text alike: 10.0.0.1, as inet_aton(3) does.
# Observed: IPAddress("10.1") is 10.0.0.1, IPNetwork("10.1") is 10.1.0.0/32: the missing groups are put in the middle or at the end.
# So IPAddress("10.1") is not in IPNetwork("10.1").
# Why it matters: the addresses of boards and stacks are often checked against networks of a configuration. Write all four groups.
source "$(dirname "$0")/support/lib.sh"
debian python3-netaddr=0.8.0-2
out=$(python -c '
from netaddr import IPAddress, IPNetwork
print(IPAddress("10.1"), IPNetwork("10.1"), IPAddress("10.1") in IPNetwork("10.1"))')
expect "IPAddress, IPNetwork, one in the other" "$out" "10.0.0.1 10.1.0.0/32 False"
