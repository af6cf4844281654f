#!/bin/bash
# node-tlv 1.5.14 (npm): a byte 00 between two data objects is taken for a tag, and the objects behind are lost or refused
#
# Guess: parseList skips bytes 00 between, before and behind data objects, which ISO/IEC 7816-4 and EMV book 3 (annex B) allow as padding.
# Observed: 00 is the tag of an object whose length is the tag that follows: one 00 raises "Invalid length", two make an object 00 of no
# bytes, and one in front of 5A 02 11 22 makes the object 00 with the value 02 11 22. ber-tlv 0.9.2 skips them.
# Why it matters: a reader that fills its records with zeros, or a file of a card with a free byte, gives other objects than the card has.
# Remove the padding before, or use a parser that knows it.
source "$(dirname "$0")/support/lib.sh"
npm_packages node-tlv@1.5.14 ber-tlv@0.9.2
out=$(javascript <<'J'
const tlv = require('node-tlv'), { TlvFactory } = require('ber-tlv');
for (const bytes of ['5a021122' + '9f260101', '5a021122' + '00' + '9f260101', '5a021122' + '0000' + '9f260101', '00' + '5a021122']) {
    let read;
    try {
        read = tlv.parseList(bytes).map(item => `${item.getTag()}=${item.getValue()}`).join(' ');
    } catch (error) {
        read = error.message;
    }
    console.log(`${read}; ber-tlv ${TlvFactory.parse(bytes).map(item => `${item.tag}=${item.value.toString('hex')}`).join(' ')}`);
}
J
)
expect "objects without, with one, with two bytes 00 between; one in front" "$out" $'5A=1122 9F26=01; ber-tlv 5A=1122 9F26=01\nInvalid length; ber-tlv 5A=1122 9F26=01\n5A=1122 00= 9F26=01; ber-tlv 5A=1122 9F26=01\n00=021122; ber-tlv 5A=1122'
