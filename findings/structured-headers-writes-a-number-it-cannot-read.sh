#!/bin/bash
# structured-headers 2.1.0 (npm): 1.0005 is written as "1.", and 1.0 comes back as the integer 1
#
# Guess: a decimal is rounded to three places and has at least one digit behind its point (RFC 9651, 4.1.5).
# Observed: 1.0005 and 2.9999 become "1." and "3.", which its own parser refuses. A decimal 1.0 that was read is written as the integer 1,
# another type.
# Why it matters: a receiver drops the whole field (RFC 9651, 4.2) for one measured value out of a thousand. Round to three places first, and
# the parser of the other end must take integers for decimals.
source "$(dirname "$0")/support/lib.sh"
npm_packages structured-headers@2.1.0
out=$(javascript <<'J'
const { serializeItem, parseItem } = require('structured-headers');
console.log([1.5, 1.0005, 2.9999].map(number => serializeItem(number)).join(' '), serializeItem(parseItem('1.0')));
try {
    parseItem(serializeItem(1.0005));
} catch (error) {
    console.log('refused');
}
J
)
expect "1.5, 1.0005, 2.9999, 1.0 again; reading 1.0005" "$out" $'1.5 1. 3. 1\nrefused'
