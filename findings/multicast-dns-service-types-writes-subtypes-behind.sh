#!/bin/bash
# multicast-dns-service-types 1.1.0 (npm): the subtype printer of http is "_http._tcp._printer", which no responder knows
#
# Guess: a subtype is asked for as "_printer._sub._http._tcp" (RFC 6763, 7.1).
# Observed: it is written behind the protocol, without _sub. The name of the RFC is parsed as the service printer of the protocol "sub",
# and of "_http._tcp.local" the domain is a subtype.
# Why it matters: browsers of DNS-SD in npm that build on it find no device when they ask for a subtype, and answers for one are sorted under
# another service. Write the names by hand.
source "$(dirname "$0")/support/lib.sh"
npm_packages multicast-dns-service-types@1.1.0
out=$(javascript <<'J'
const { stringify, parse } = require('multicast-dns-service-types');
console.log(stringify({ name: 'http', protocol: 'tcp', subtypes: ['printer'] }));
console.log(JSON.stringify([parse('_printer._sub._http._tcp'), parse('_http._tcp.local')]));
J
)
expect "written; parsed" "$out" '_http._tcp._printer
[{"name":"printer","protocol":"sub","subtypes":["http","tcp"]},{"name":"http","protocol":"tcp","subtypes":["local"]}]'
