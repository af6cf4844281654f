#!/bin/bash
# ndef 0.2.0 (npm): a payload in three chunks is three records, and text in UTF-16 has a zero in front of each letter
#
# Guess: decodeMessage joins the chunks of a record (flag CF of NFC Forum NDEF 1.0), and text.decodePayload looks at bit 7 of the status byte,
# which tells UTF-16.
# Observed: "ABC" in three chunks is a record a/b with A and two records of TNF 6 ("unchanged") without a type. Bit 7 is masked off with the
# length of the language, and "hi" in UTF-16 is four letters. UTF-8 and one chunk are read right.
# Why it matters: a tag that was written while its length was unknown gives the first part only, and a comparison with text that looks the
# same on the screen fails. Join records of TNF 6 with the one in front; test payload[0] & 0x80.
source "$(dirname "$0")/support/lib.sh"
npm_packages ndef@0.2.0
out=$(javascript <<'J'
const ndef = require('ndef');
const read = text => ndef.decodeMessage([...Buffer.from(text, 'hex')]);
console.log(JSON.stringify(read('d20303' + '612f62' + '414243').map(record => [record.tnf, record.type, Buffer.from(record.payload).toString()])));
console.log(JSON.stringify(read('b20301' + '612f62' + '41' + '360001' + '42' + '560001' + '43').map(record => [record.tnf, record.type, Buffer.from(record.payload).toString()])));
for (const text of ['d1010554' + '02656e' + '6869', 'd1010754' + '82656e' + '00680069']) {
    console.log(JSON.stringify(ndef.text.decodePayload(read(text)[0].payload)));
}
J
)
expect "whole, chunks; UTF-8, UTF-16" "$out" $'[[2,"a/b","ABC"]]\n[[2,"a/b","A"],[6,"","B"],[6,"","C"]]\n"hi"\n"\\u0000h\\u0000i"'
