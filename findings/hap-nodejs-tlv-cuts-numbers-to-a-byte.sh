#!/bin/bash
# hap-nodejs 1.2.0 (npm): tlv.encode writes the number 256 as 00
#
# Guess: a number above 255 takes the bytes it needs, low one first (HAP: integers of 1, 2, 4 or 8 bytes), or raises.
# Observed: it is cut to one byte: 256 is 00, 65535 is FF, 80.5 is 50. writeVariableUIntLE of the same module makes the bytes, and data of 300
# bytes are split into fragments of 255 as they must be.
# Why it matters: an accessory that reports a port, a bit rate or a time in TLV8 sends the rest of a division by 256. Give a Buffer of
# writeVariableUIntLE(value).
source "$(dirname "$0")/support/lib.sh"
npm_packages hap-nodejs@1.2.0
out=$(javascript <<'J'
const tlv = require('hap-nodejs/dist/lib/util/tlv');
console.log([5, 255, 256, 1883, 65535, 80.5].map(value => `${value}=${tlv.encode(1, value).toString('hex')}`).join(' '));
console.log(tlv.encode(1, tlv.writeVariableUIntLE(1883)).toString('hex'), tlv.encode(1, Buffer.alloc(300)).length);
J
)
expect "numbers; 1883 as a buffer, 300 bytes" "$out" $'5=010105 255=0101ff 256=010100 1883=01015b 65535=0101ff 80.5=010150\n01025b07 304'
