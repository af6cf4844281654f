#!/bin/bash
# sip 0.0.6 (npm): a Via with an IPv6 address has the host "[2001" and neither port nor branch, and an IPv6 URI cannot be parsed
#
# Guess: "SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1" (RFC 3261, 25.1: IPv6reference) gives the address, the port and the branch.
# Observed: the host ends at the first colon, and what follows is dropped without an error. parseUri("sip:[2001:db8::1]:5060") raises TypeError, and
# stringify writes the shortened Via into the answer. With IPv4 and with names all is right.
# Why it matters: a server on a network with IPv6 finds no transaction for a request, and answers to nobody; the request itself looks parsed.
# Replace the address in Via before parsing, or use names.
source "$(dirname "$0")/support/lib.sh"
npm_packages sip@0.0.6
out=$(javascript <<'J'
const sip = require('sip');
for (const address of ['192.0.2.1', '[2001:db8::1]']) {
    const message = sip.parse(['OPTIONS sip:a@example.com SIP/2.0', `Via: SIP/2.0/UDP ${address}:5060;branch=z9hG4bK1`, 'From: <sip:b@example.com>;tag=1', 'To: <sip:a@example.com>',
        'Call-ID: 1', 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n'));
    const [{ host, port, params: { branch } }] = message.headers.via;
    let uri;
    try {
        uri = sip.parseUri(`sip:${address}:5060`).host;
    } catch (error) {
        uri = error.name;
    }
    console.log(host, port, branch, '|', sip.stringify(message).split('\r\n')[1], '|', uri);
}
J
)
expect "host, port, branch | written | URI" "$out" '192.0.2.1 5060 z9hG4bK1 | Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1 | 192.0.2.1
[2001 undefined undefined | Via: SIP/2.0/UDP [2001 | TypeError'
