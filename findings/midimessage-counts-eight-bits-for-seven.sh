#!/bin/bash
# midimessage 1.0.5 (npm): the pitch wheel at rest is 16384
#
# Guess: a pitch bend is two groups of seven bits, 0 to 16383, with 8192 as the middle.
# Observed: the upper group is moved by eight bits: at rest 16384, all the way up 32639, and no value between 127 and 256 exists. A song
# position (F2) is a message without a type on channel 2.
# Why it matters: a bridge to OSC or RTP-MIDI that subtracts 8192 bends each note upwards. Compute the value from the two bytes.
source "$(dirname "$0")/support/lib.sh"
npm_packages midimessage@1.0.5
out=$(javascript <<'J'
const parse = require('midimessage');
console.log([[0, 0x40], [0x7f, 0x7f], [0x7f, 0], [0, 1]].map(([low, high]) => parse({ data: [0xe0, low, high] }).pitchBend).join(' '));
const position = parse({ data: [0xf2, 1, 2] });
console.log(position.messageType, position.channel);
J
)
expect "pitch: rest, top, two neighbours; song position" "$out" $'16384 32639 127 256\nundefined 2'
