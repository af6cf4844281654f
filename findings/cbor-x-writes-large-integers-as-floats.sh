#!/bin/bash
# cbor-x 1.6.9 (npm): integers from 2^32 on are written as floating point, small maps with 16-bit lengths
#
# Guess: 2^32 is 1b0000000100000000 and {a: 1} is a1616101 (preferred serialization, RFC 8949 4.1), as the package cbor 10.0.12
# writes them.
# Observed: 2^32 is a double (fb41f0000000000000) and {a: 1} is b90001616101. A BigInt of the same value is an integer.
# Why it matters: milliseconds since 1970 are above 2^32: a decoder on a device that reads an integer there (TinyCBOR, zcbor, CoAP
# with COSE) reports a wrong type, and signatures over the bytes do not agree.
source "$(dirname "$0")/support/lib.sh"
npm_packages cbor-x@1.6.9 cbor@10.0.12
out=$(javascript <<'JS'
const hex = bytes => Buffer.from(bytes).toString("hex"), x = require("cbor-x"), cbor = require("cbor");
console.log(hex(x.encode(2 ** 32)), hex(x.encode({ a: 1 })), hex(x.encode(2n ** 32n)));
console.log(hex(cbor.encode(2 ** 32)), hex(cbor.encode({ a: 1 })));
JS
)
expect "2^32, a map and a BigInt with cbor-x; 2^32 and the map with cbor" "$out" 'fb41f0000000000000 b90001616101 1b0000000100000000
1b0000000100000000 a1616101'
