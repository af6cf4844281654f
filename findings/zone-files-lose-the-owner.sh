#!/bin/bash
# dns-zonefile 0.3.2 and zone-file 1.0.0 (npm): a line without a name belongs to another name, and 2h is 2 seconds
#
# Guess: RFC 1035 5.1: a line that begins with a blank has the name of the line before; RFC 2308 and every server write 2h for 7200.
# Observed: the AAAA of the second line belongs to @, the zone itself (dns-zonefile), or to a host called IN (zone-file). 1h 2m in a
# SOA are 1 and 2; $TTL 1h is the text 1h or the number 1. zone-file ends a text at a semicolon within its quotes. No error.
# Why it matters: a zone that BIND and NSD serve is served differently, or converted into other records, by programs that read it
# with these packages.
source "$(dirname "$0")/support/lib.sh"
npm_packages dns-zonefile@0.3.2 zone-file@1.0.0
out=$(javascript <<'JS'
const zones = { one: require("dns-zonefile").default.parse, other: require("zone-file").parseZoneFile };
const text = `$ORIGIN example.com.
$TTL 1h
@ IN SOA ns1 admin ( 1 1h 2m 3 4 )
www IN A 192.0.2.1
    IN AAAA 2001:db8::1
t IN TXT "a;b"
`;
for (const name in zones) {
    const { $ttl, soa, aaaa, txt } = zones[name](text);
    console.log(JSON.stringify([$ttl, soa.refresh, soa.retry, aaaa[0].name, txt[0].txt]));
}
JS
)
expect "TTL, refresh, retry, owner of the AAAA, the text" "$out" '["1h",1,2,"@","\"a;b\""]
[1,1,2,"IN","a"]'
