#!/bin/bash
# asn1 0.2.6 (npm): 2^31 is written as a negative INTEGER, and an OID arc of 2^32-1 is read as -1
#
# Guess: 2147483648 is 02050080000000, or refused; 1.3.6.1.4.1.4294967295 survives the way there and back (RFC 2578 3.5: arcs up to
# 2^32-1); 2.999.3, the example arc of X.660, can be written.
# Observed: 2147483648 becomes 020480000000, which is -2147483648; the arc comes back as -1, though its bytes are right; 2.999.3
# raises an error, and so does reading an INTEGER of five bytes.
# Why it matters: SNMP counters and TimeTicks go up to 2^32-1. A value above 2^31 changes its sign on the way.
source "$(dirname "$0")/support/lib.sh"
npm_packages asn1@0.2.6
out=$(javascript <<'JS'
const { Ber } = require("asn1");
const number = new Ber.Writer(), oid = new Ber.Writer();
number.writeInt(2147483648);
oid.writeOID("1.3.6.1.4.1.4294967295");
console.log(number.buffer.toString("hex"), new Ber.Reader(number.buffer).readInt(), new Ber.Reader(oid.buffer).readOID());
for (const attempt of [() => new Ber.Writer().writeOID("2.999.3"), () => new Ber.Reader(Buffer.from("02050080000000", "hex")).readInt()])
    try { attempt(); console.log("taken"); } catch (e) { console.log(e.message); }
JS
)
expect "2^31 written and read, the OID read; 2.999.3; an INTEGER of five bytes" "$out" '020480000000 -2147483648 1.3.6.1.4.1.-1
argument is not a valid OID string
Integer too long: 5'
