#!/bin/bash
# eddystone-url-encoding 1.0.1 (npm): the beacon's address gets a slash that nobody wrote
#
# Guess: decode(encode(url)) is the URL, as the assertion in its own documentation says, and https://example.com ends with the code 07
# (".com"), not with 00 (".com/").
# Observed: a URL without a path gets one, "http://some.url/", which takes a byte of the seventeen that there are; before a query too:
# "https://a.com?x=1" becomes "https://a.com/?x=1".
# Why it matters: a list of known beacons that is compared by text does not hold what they send, and an address of just the right length
# (eighteen bytes with the scheme) is refused as too long.
source "$(dirname "$0")/support/lib.sh"
npm_packages eddystone-url-encoding@1.0.1
out=$(javascript <<'J'
const { encode, decode } = require('eddystone-url-encoding');
console.log(decode(encode('http://some.url')), decode(encode('https://a.com?x=1')));
console.log(Buffer.from(encode('https://example.com')).toString('hex'));
try {
    console.log(encode('https://abcdefghijklmn.xy').length);
} catch (error) {
    console.log(error.message);
}
J
)
expect "decoded; encoded; eighteen bytes" "$out" "http://some.url/ https://a.com/?x=1
036578616d706c6500
Encoded URL (https://abcdefghijklmn.xy) is too long (max 18 bytes): 19 bytes"
