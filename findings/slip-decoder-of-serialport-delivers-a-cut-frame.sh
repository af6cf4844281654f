#!/bin/bash
# @serialport/parser-slip-encoder 13.0.0 (npm): when the stream ends in a frame, SlipDecoder delivers the part as a frame; slip 1.0.2 does not
#
# Guess: a frame of SLIP is what stands in front of END (RFC 1055). A part without END is dropped when the stream ends.
# Observed: SlipDecoder delivers it like a whole frame, and a part that ends in the middle of an escape too. The Decoder of slip keeps it.
# Why it matters: SLIP has no checksum and no length, so that the receiver cannot tell the part from a short message: a link that breaks while
# a number is sent delivers another number. Close the decoder by destroy(), or carry a checksum in the frame.
source "$(dirname "$0")/support/lib.sh"
npm_packages @serialport/parser-slip-encoder@13.0.0 slip@1.0.2
out=$(javascript <<'J'
const { SlipDecoder } = require('@serialport/parser-slip-encoder');
const slip = require('slip');
for (const bytes of ['c03132333435c03132', 'c03132333435c03132db']) {
    const frames = [], others = [];
    const decoder = new SlipDecoder();
    decoder.on('data', frame => frames.push(frame.toString('hex')));
    decoder.on('end', () => console.log(`${bytes}: ${frames.join(' ')}; slip: ${others.join(' ')}`));
    decoder.end(Buffer.from(bytes, 'hex'));
    new slip.Decoder({ onMessage: frame => others.push(Buffer.from(frame).toString('hex')) }).decode(Buffer.from(bytes, 'hex'));
}
J
)
expect "sent, frames" "$out" $'c03132333435c03132: 3132333435 3132; slip: 3132333435\nc03132333435c03132db: 3132333435 3132; slip: 3132333435'
