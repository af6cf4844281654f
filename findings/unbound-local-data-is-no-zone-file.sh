#!/bin/bash
# Unbound 1.17.1 (Debian unbound 1.17.1-2+deb12u4): in local-data a CNAME is not followed, and "*" is a letter
#
# Guess: local-data lines read like a zone file: the answer for an alias has the address too, and *.wild.lan stands for all names below.
# Observed: the alias is answered with the CNAME alone, authoritative, though its target is in the same zone; a.wild.lan is NXDOMAIN,
# while a question for the name "*.wild.lan" itself is answered. (`local-zone: ... redirect` makes a wildcard.)
# Why it matters: a stub resolver that expects the whole chain in one answer of its recursive server, as those of boards do, finds no
# address. Write an address for each alias.
source "$(dirname "$0")/support/lib.sh"
debian unbound=1.17.1-2+deb12u4 libevent-2.1-7=2.1.12-stable-8 libprotobuf-c1=1.4.1-1+b1 libnghttp2-14=1.52.0-1+deb12u3 \
    python3-dnspython=2.3.0-1+deb12u1
port=$(free_port)
cat >"$work/unbound.conf" <<C
server:
 chroot: ""
 username: ""
 pidfile: ""
 directory: "$work"
 interface: 127.0.0.1@$port
 do-ip6: no
 use-syslog: no
 local-zone: "lan." static
 local-data: "board.lan. A 10.0.0.1"
 local-data: "alias.lan. CNAME board.lan."
 local-data: "*.wild.lan. A 10.0.0.9"
remote-control:
 control-enable: no
C
start unbound -d -c "$work/unbound.conf"
wait_tcp "$port"
expect "answers" "$(python - "$port" <<'P'
import sys, dns.message, dns.query, dns.rcode, dns.rdatatype
for name in ("alias.lan", "a.wild.lan", "*.wild.lan"):
    answer = dns.query.udp(dns.message.make_query(name, "A"), "127.0.0.1", port=int(sys.argv[1]), timeout=5)
    print(name, dns.rcode.to_text(answer.rcode()), *(dns.rdatatype.to_text(records.rdtype) for records in answer.answer))
P
)" $'alias.lan NOERROR CNAME\na.wild.lan NXDOMAIN\n*.wild.lan NOERROR A'
