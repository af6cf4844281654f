#!/bin/bash
# node-opcua-variant 2.186.4 (npm): an Int64 of -5000000000 raises as a number and is sent as text; 300 in an array of Byte is sent as 44
#
# Guess: numbers of JavaScript are whole up to 2^53 on both sides, so Int64 takes -5000000000 as it takes 5000000000. An array refuses what its type
# cannot hold, as a single value does.
# Observed: numbers below -4294967296 raise; the same in text ("-5000000000") is right, and a BigInt raises TypeError. A single Byte of 300 and a single
# Int16 of 40000 raise; in an array they become 44 and -25536 without an error.
# Why it matters: an energy balance in watt-hours fails at the day on which more was fed in than drawn, and an array of readings wraps where a
# single one raises. Give Int64 as text; check arrays before.
source "$(dirname "$0")/support/lib.sh"
npm_packages node-opcua-variant@2.186.4 node-opcua-binary-stream@2.186.1
out=$(javascript <<'J'
const { Variant, encodeVariant, decodeVariant } = require('node-opcua-variant'), { BinaryStream } = require('node-opcua-binary-stream');
const { Int64ToBigInt } = require('node-opcua-basic-types');
for (const [dataType, value] of [['Int64', 5000000000], ['Int64', -4294967296], ['Int64', -5000000000], ['Int64', '-5000000000'], ['Int64', -5n],
    ['Byte', 300], ['Byte', [1, 300]], ['Int16', 40000], ['Int16', [1, 40000]]]) {
    let result;
    try {
        const stream = new BinaryStream(200);
        encodeVariant(new Variant({ dataType, value }), stream);
        stream.rewind();
        const read = decodeVariant(stream).value;
        result = dataType === 'Int64' ? Int64ToBigInt(read) : [...read].join(',');
    } catch {
        result = 'raises';
    }
    console.log(dataType, typeof value, String(value), '->', String(result));
}
J
)
expect "sent -> read" "$out" 'Int64 number 5000000000 -> 5000000000
Int64 number -4294967296 -> -4294967296
Int64 number -5000000000 -> raises
Int64 string -5000000000 -> -5000000000
Int64 bigint -5 -> raises
Byte number 300 -> raises
Byte object 1,300 -> 1,44
Int16 number 40000 -> raises
Int16 object 1,40000 -> 1,-25536'
