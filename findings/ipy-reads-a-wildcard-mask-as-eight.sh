#!/bin/bash
# IPy 1.01 (Debian python3-ipy 1:1.01-2): 10.1.2.0/0.0.0.255 is a network of sixteen million addresses
#
# Guess: a wildcard mask, as routers and access lists write it, is /24, as in ipaddress of Python, or an error.
# Observed: the ones of the mask are counted: the network is 10.0.0.0/8. Without make_net 10.1.2.0 raises ValueError, 10.0.0.0 does not.
# Why it matters: a list copied from a router's configuration holds another network than there.
source "$(dirname "$0")/support/lib.sh"
debian python3-ipy=1:1.01-2
out=$(python - <<'P'
import ipaddress
from IPy import IP
print(IP("10.0.0.0/0.0.0.255"), IP("10.1.2.0/0.0.0.255", make_net=True), ipaddress.ip_network("10.1.2.0/0.0.0.255"), IP("10.1.2.0/255.255.255.0"))
try:
    IP("10.1.2.0/0.0.0.255")
except ValueError as error:
    print("ValueError")
P
)
expect "IPy, IPy, ipaddress, IPy with a mask; without make_net" "$out" $'10.0.0.0/8 10.0.0.0/8 10.1.2.0/24 10.1.2.0/24\nValueError'
