#!/bin/bash
# sacn 4.6.2 (npm): a source name with one letter beyond ASCII makes the packet one byte longer and the value of slot 1 the start code; priority 0
# is sent as 100
#
# Guess: the name is UTF-8 in 64 bytes (E1.31, 6.2.2), cut or filled with zeros. Priorities are 0 to 200 (6.2.3), so 0 is the lowest.
# Observed: the name is filled up to 64 letters and encoded afterwards. With one umlaut the packet has 639 bytes instead of 638, the fields stand
# one byte late but the slots do not, and the package's own Packet raises AssertionError when it reads it. Priority 0 is 100, the default.
# Why it matters: receivers drop the stream while the sender sees no error, and a standby source of priority 0 is as strong as the main one. Use
# names of ASCII letters and priorities from 1.
source "$(dirname "$0")/support/lib.sh"
npm_packages sacn@4.6.2
out=$(javascript <<'J'
const { Packet } = require('sacn');
for (const [sourceName, priority] of [['Buhne', 150], ['B\u00fchne', 150], ['Buhne', 0]]) {
    const bytes = new Packet({ universe: 7, sequence: 1, payload: { 1: 100 }, sourceName, priority }).buffer, late = bytes.length - 638;
    let read;
    try {
        read = `universe ${new Packet(bytes).universe}`;
    } catch (error) {
        read = error.name;
    }
    console.log(bytes.length, 'priority', bytes[108 + late], 'start code', bytes[125 + late], 'slot 1', bytes[126 + late], read);
}
J
)
expect "bytes, fields, read again" "$out" $'638 priority 150 start code 0 slot 1 255 universe 7\n639 priority 150 start code 255 slot 1 0 AssertionError\n638 priority 100 start code 0 slot 1 255 universe 7'
