#!/bin/bash
# range-parser 1.3.0 (npm): the last 20 bytes of a file of ten are "unsatisfiable"
#
# Guess: bytes=-20 of ten bytes is the whole file (RFC 9110, 14.1.2: a suffix longer than the representation is all of it).
# Observed: the result is -1, which servers (send, Express) answer with 416.
# Why it matters: a device that reads the trailer of a firmware image or of a log by its last kilobyte fails at a short one.
source "$(dirname "$0")/support/lib.sh"
npm_packages range-parser@1.3.0
out=$(javascript <<'J'
const parse = require('range-parser');
console.log(JSON.stringify([parse(10, 'bytes=-10'), parse(10, 'bytes=-20')]));
J
)
expect "the last 10 of 10, the last 20 of 10" "$out" '[[{"start":0,"end":9}],-1]'
