#!/bin/bash
# bcd 1.0.0 (npm): numbers from 2^32 on are written as other numbers, and 0 as nothing
#
# Guess: encode is the reverse of decode as far as a number of JavaScript is exact (2^53), and 0 is one byte.
# Observed: decode reads thirteen digits, but encode writes 1234567890123 as 1912276171, its remainder of 2^32. encode(0) is an empty
# buffer, unless a length is given as a second argument.
# Why it matters: meter readings, serial numbers and telephone numbers have more than nine digits; what arrives is a valid number that
# belongs to somebody else. A counter that starts at 0 sends a field without content.
source "$(dirname "$0")/support/lib.sh"
npm_packages bcd@1.0.0
out=$(javascript <<'J'
const bcd = require('bcd');
console.log(bcd.decode(Buffer.from('01234567890123', 'hex')));
for (const number of [4294967295, 4294967296 + 12, 1234567890123, 0]) {
    console.log(number, bcd.encode(number).toString('hex') || 'nothing');
}
J
)
expect "thirteen digits read; numbers written" "$out" "1234567890123
4294967295 4294967295
4294967308 12
1234567890123 1912276171
0 nothing"
