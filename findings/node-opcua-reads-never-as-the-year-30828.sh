#!/bin/bash
# node-opcua-basic-types 2.186.1 (npm): OPC UA's largest DateTime is the year 30828, the year 1600 is written as a date that is read as 60055
#
# Guess: dates before 1601 are written as 0 and those from 9999-12-31T23:59:59Z on as the largest Int64, and the largest Int64 is read as
# the latest date (OPC 10000-6, 5.2.2.5).
# Observed: 7FFFFFFFFFFFFFFF is read as +030828-09-14. 9999-12-31T23:59:59Z is written as its number of ticks, which is not the mark for "no end".
# 1600-06-01 is written as the negative number FFFF57D68B998000 and read as +060055-10-27. 0 is 1601-01-01 both ways.
# Why it matters: "valid for ever" of a .NET server (DateTime.MaxValue) becomes a date of six digits for the year, which
# parsers of ISO 8601 in other languages refuse, and an end that is set to 9999 is not "no end" for that server. Compare with the limits before and after.
source "$(dirname "$0")/support/lib.sh"
npm_packages node-opcua-basic-types@2.186.1 node-opcua-binary-stream@2.186.1
out=$(javascript <<'J'
const { encodeDateTime, decodeDateTime } = require('node-opcua-basic-types'), { BinaryStream } = require('node-opcua-binary-stream');
for (const bytes of ['0000000000000000', 'ffffffffffffff7f']) {
    console.log(bytes, decodeDateTime(new BinaryStream(Buffer.from(bytes, 'hex'))).toISOString());
}
for (const text of ['1600-06-01T00:00:00.000Z', '9999-12-31T23:59:59.000Z']) {
    const stream = new BinaryStream(8);
    encodeDateTime(new Date(text), stream);
    stream.rewind();
    console.log(text, stream.buffer.subarray(0, 8).toString('hex'), decodeDateTime(stream).toISOString());
}
J
)
expect "read; written, read again" "$out" '0000000000000000 1601-01-01T00:00:00.000Z
ffffffffffffff7f +030828-09-14T02:48:05.477Z
1600-06-01T00:00:00.000Z 0080998bd657ffff +060055-10-27T05:36:10.955Z
9999-12-31T23:59:59.000Z 80a927d15e5ac824 9999-12-31T23:59:59.000Z'
