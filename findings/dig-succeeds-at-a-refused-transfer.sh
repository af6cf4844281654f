#!/bin/bash
# dig 9.18.49 (Debian bind9-dnsutils 1:9.18.49-1~deb12u3) and drill 1.8.3 (ldnsutils): a refused zone transfer has exit status 0
#
# Guess: `dig axfr` that prints "Transfer failed" ends with a status other than 0, as it does when nobody answers (9).
# Observed: the status is 0, and the text goes to stdout as a comment of a zone file. drill prints "AXFR failed." and an empty message, also
# with status 0. host -l and kdig (knot-dnsutils 3.2.6-1) end with 1.
# Why it matters: `dig axfr ZONE >new && mv new zone` of a backup or a monitor replaces the zone by an empty file that every parser
# reads without an error. Look for the SOA record at the end.
source "$(dirname "$0")/support/lib.sh"
source "$(dirname "$0")/support/dns.sh"
dns_packages
debian bind9-host=1:9.18.49-1~deb12u3 ldnsutils=1.8.3-1+b1 libldns3=1.8.3-1+b1 knot-dnsutils=3.2.6-1
printf '$TTL 60\n@ SOA ns admin 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n' >"$work/p.test.zone"
dns_server bind p.test
status() { "$@" >"$work/out" 2>"$work/errors" && echo 0 || echo $?; }
expect "status of dig axfr" "$(status dig @127.0.0.1 -p "$port" p.test axfr)" 0
expect "its last line" "$(tail -1 "$work/out")" "; Transfer failed."
expect "its records" "$(grep -vc '^;\|^$' "$work/out" || true)" 0
expect "status of drill" "$(status drill -p "$port" axfr p.test @127.0.0.1)" 0
expect "status of host -l" "$(status host -l -p "$port" p.test 127.0.0.1)" 1
expect "status of kdig" "$(status kdig @127.0.0.1 -p "$port" p.test axfr)" 1
expect "status of dig without a server" "$(status dig @127.0.0.1 -p "$(free_port)" +tries=1 +time=1 p.test)" 9
