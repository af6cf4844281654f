#!/bin/bash
# msgpack-lite 0.2.2 (npm): a Map is written as an empty map, a Date as its own extension 13
#
# Guess: a Map is written with its entries, or refused; a Date is the timestamp extension, type -1, and read back from other
# encoders.
# Observed: new Map([[1, 2]]) is 80, the empty map, without an error. A Date is an extension of type 13, and the standard timestamp
# d6ff... is an object with type 255 when read.
# Why it matters: entries are lost without a word, and times do not pass between this package and any other MessagePack library.
source "$(dirname "$0")/support/lib.sh"
npm_packages msgpack-lite@0.2.2
out=$(javascript <<'JS'
const { encode, decode } = require("msgpack-lite");
console.log(encode(new Map([[1, 2]])).toString("hex"), encode(new Date(0)).subarray(0, 3).toString("hex"));
const read = decode(Buffer.from("d6ff514b67b0", "hex"));
console.log(read instanceof Date, read.type);
JS
)
expect "a Map with one entry, the head of a Date; a standard timestamp read" "$out" '80 d40d00
false 255'
