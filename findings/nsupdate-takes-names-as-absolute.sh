#!/bin/bash
# nsupdate 9.18.49 (Debian bind9-dnsutils 1:9.18.49-1~deb12u3): "zone lan." does not make names relative to the zone
#
# Guess: after `zone lan.` a name without a dot at its end belongs to that zone, as $ORIGIN does in a zone file and as in the files
# of the same project.
# Observed: `add board 60 A 10.0.0.1` is for the name "board.", outside the zone. That is refused by the server (NOTZONE), but the target of
# `add alias.lan. 60 CNAME board` becomes "board." without any error.
# Why it matters: devices that register themselves by dynamic update get aliases that point nowhere, and the server takes them. Write whole names.
source "$(dirname "$0")/support/lib.sh"
debian bind9-dnsutils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 libfstrm0=0.6.1-1 liblmdb0=0.9.24-1 libnghttp2-14=1.52.0-1+deb12u3 \
    libprotobuf-c1=1.4.1-1+b1
out=$(printf '%s\n' 'zone lan.' 'update add board 60 A 10.0.0.1' 'update add alias.lan. 60 CNAME board' show | nsupdate 2>&1 |
    awk '/UPDATE SECTION/ { on = 1; next } on && NF { print $1, $4, $5 }')
expect "the update" "$out" $'board. A 10.0.0.1\nalias.lan. CNAME board.'
