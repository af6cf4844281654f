#!/bin/bash
# netifaces 0.11.0 (Debian 12): the netmask of an IPv6 address is a mask and a prefix length in one
#
# Guess: "netmask" is a mask, ffff:ffff:ffff:ffff:: for a /64, as "255.0.0.0" is for IPv4; address and netmask with a slash between make a network.
# Observed: it is "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" for ::1 (and ffff:ffff:ffff:ffff::/64 for a /64), which is neither a mask nor a
# prefix length; ipaddress refuses "::1/" with it, while the IPv4 form works.
# Why it matters: programs that compute networks for each address raise ValueError on the first host with IPv6. Take what stands behind the slash.
source "$(dirname "$0")/support/lib.sh"
debian python3-netifaces=0.11.0-2+b1
out=$(python - <<'P'
import ipaddress, netifaces
addresses = netifaces.ifaddresses("lo")
for family, host in (netifaces.AF_INET, "127.0.0.1"), (netifaces.AF_INET6, "::1"):
    mask = next(entry["netmask"] for entry in addresses[family] if entry["addr"] == host)
    try:
        print(mask, ipaddress.ip_interface(f"{host}/{mask}").network)
    except ValueError as e:
        print(mask, type(e).__name__)
P
) || skip "the loopback interface has no IPv6 address"
expect "netmask and network of 127.0.0.1 and ::1" "$out" $'255.0.0.0 127.0.0.0/8\nffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128 ValueError'
