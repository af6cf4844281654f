#!/bin/bash
# BIND 9.18.49, NSD 4.6.1 and Knot DNS 3.2.6 (Debian 12): an alias into another zone of the same server: only NSD gives the address
#
# Guess: RFC 1034, 4.3.2: a name server starts again with the alias's target when it has that zone too, so the answer has the CNAME and
# the address from every authoritative server.
# Observed: NSD answers with both. BIND and Knot answer with the CNAME alone, NOERROR. Within one zone all three follow it.
# Why it matters: a stub resolver of a board takes the first A record of the answer and does not ask again: it works with one server and
# reports an unknown host with the other two. Ask again for the target, or put a recursive resolver between.
source "$(dirname "$0")/support/lib.sh"
source "$(dirname "$0")/support/dns.sh"
dns_packages
for zone in one.test two.test; do
    printf '$TTL 60\n@ SOA ns admin 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\nboard A 10.0.0.1\n' >"$work/$zone.zone"
done
printf 'near CNAME board\nfar CNAME board.two.test.\n' >>"$work/one.test.zone"
near='near.one.test. 60 CNAME board.one.test.
board.one.test. 60 A 10.0.0.1'
far='far.one.test. 60 CNAME board.two.test.'
for server in bind nsd knot; do
    dns_server "$server" one.test two.test
    expect "$server, same zone" "$(dns_ask near.one.test A)" "$near"
    case $server in nsd) followed=$'\nboard.two.test. 60 A 10.0.0.1' ;; *) followed= ;; esac
    expect "$server, other zone" "$(dns_ask far.one.test A)" "$far$followed"
done
