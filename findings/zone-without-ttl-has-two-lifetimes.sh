#!/bin/bash
# BIND 9.18.49, NSD 4.6.1 and Knot DNS 3.2.6 (Debian 12): records of a zone file without $TTL live 300 s or 3600 s
#
# Guess: one zone file is one zone: a record without a TTL gets the last field of the SOA (the rule before RFC 2308), or the TTL of the line
# before (RFC 1035, 5.1), from every server.
# Observed: BIND takes the SOA's last field, 300 s. NSD and Knot take 3600 s, a number that stands nowhere in the file. A TTL of 60 s on
# the line before is not inherited by any of them, and no query shows that the TTL was not written.
# Why it matters: after a change of address clients use the old one for an hour instead of five minutes, depending on which secondary or
# which program loads the file. Write $TTL.
source "$(dirname "$0")/support/lib.sh"
source "$(dirname "$0")/support/dns.sh"
dns_packages
cat >"$work/n.test.zone" <<'Z'
@ IN SOA ns.n.test. admin.n.test. ( 1 3600 600 86400 300 )
@ IN NS ns
ns IN A 127.0.0.1
a 60 IN A 10.0.0.1
b IN A 10.0.0.2
Z
for server in bind nsd knot; do
    dns_server "$server" n.test
    case $server in bind) ttl=300 ;; *) ttl=3600 ;; esac
    expect "$server" "$(dns_ask ns.n.test; dns_ask a.n.test; dns_ask b.n.test)" "ns.n.test. $ttl A 127.0.0.1
a.n.test. 60 A 10.0.0.1
b.n.test. $ttl A 10.0.0.2"
done
