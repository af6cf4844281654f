#!/bin/bash
# dnspython 2.3.0 (Debian 12): the reverse name of an IPv4-mapped address is the one of IPv4
#
# Guess: ::ffff:192.0.2.1 is an IPv6 address, and its reverse name has 32 nibbles under ip6.arpa, as host -t PTR and Python's ipaddress form it.
# Observed: dns.reversename.from_address() gives 1.2.0.192.in-addr.arpa; the way back gives 192.0.2.1. For ::192.0.2.1 it is ip6.arpa.
# Why it matters: names that a program forms in both ways (a key of a table, a zone that it writes, a filter) do not meet for clients of a
# dual-stack listener, which sees IPv4 as mapped. It does find the PTR record that exists.
source "$(dirname "$0")/support/lib.sh"
debian python3-dnspython=2.3.0-1+deb12u1
out=$(python - <<'P'
import ipaddress, dns.reversename
for text in "::ffff:192.0.2.1", "::192.0.2.1":
    name = dns.reversename.from_address(text)
    print(len(name.labels) - 3, name.labels[-2 - 1].decode(), ipaddress.ip_address(text).reverse_pointer[-8:], dns.reversename.to_address(name))
P
)
expect "parts of the reverse name, its zone, the zone of ipaddress, the address of the name" "$out" \
    $'4 in-addr ip6.arpa 192.0.2.1\n32 ip6 ip6.arpa ::192.0.2.1'
