#!/bin/bash
# ber-tlv 0.9.2 (npm): an object of indefinite length has no children; they stand beside it, and are written so
#
# Guess: the length 80 of BER (X.690, 8.1.3.6) opens a constructed object that 00 00 closes, or it is refused.
# Observed: 70 80 5A 01 11 00 00 gives 70 without a child and then 5A; the closing 00 00 is skipped as padding. serialize writes 70 00 5A 01
# 11. With a length the child is inside.
# Why it matters: programs that look for 5A inside of 70 find nothing, although each tag was read, and what was read and written again is another
# message. Ask for definite lengths (DER), or look for a byte 80 behind a constructed tag.
source "$(dirname "$0")/support/lib.sh"
npm_packages ber-tlv@0.9.2
out=$(javascript <<'J'
const { TlvFactory } = require('ber-tlv');
const show = items => items.map(item => item.tag + (item.items?.length ? `[${show(item.items)}]` : '')).join(' ');
for (const bytes of ['70035a0111', '70805a01110000']) {
    const items = TlvFactory.parse(bytes);
    console.log(bytes, show(items), TlvFactory.serialize(items).toString('hex'));
}
J
)
expect "read, objects, written" "$out" $'70035a0111 70[5A] 70035a0111\n70805a01110000 70 5A 70005a0111'
