#!/bin/bash
# dns-packet 5.6.1 (npm): encode() ignores the field "rcode" that decode() fills
#
# Guess: decode() and encode() are each other's inverse, and { rcode: 'NXDOMAIN' } makes an answer of NXDOMAIN.
# Observed: the field is ignored and the answer is NOERROR without records: "the name exists". The code must be put into `flags`, as 3.
# After decode() it is in both, so that a changed rcode is lost without a word.
# Why it matters: a small DNS server for tests of a resolver answers "no such record" instead of "no such name": other errors, other caching.
source "$(dirname "$0")/support/lib.sh"
npm_packages dns-packet@5.6.1
expect "by rcode, by flags" "$(javascript <<'J'
const packet = require('dns-packet');
const codeOf = given => packet.decode(packet.encode({ type: 'response', id: 1, ...given })).rcode;
console.log(codeOf({ rcode: 'NXDOMAIN' }), codeOf({ flags: 3 }));
J
)" "NOERROR NXDOMAIN"
