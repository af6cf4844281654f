#!/bin/bash
# node-bacnet 0.2.4 (npm): timeSync sends the month before, and in January month 0
#
# Guess: the date of BACnet (ASHRAE 135, 20.2.12) has months from 1 to 12; the library translates from the months of JavaScript, from 0.
# Observed: 15 January 2026 is sent as 7e 00 0f 04, month 0. The decoder leaves out the same step, so that an exchange between two
# programs with this library shows nothing, and 31 May of a real device is read as 1 July. @bacnet-js/client 3.3.2 sends month 1.
# Why it matters: a time synchronization sets the clocks of a building a month back, and schedules and alarms follow.
source "$(dirname "$0")/support/lib.sh"
npm_packages node-bacnet@0.2.4 @bacnet-js/client@3.3.2
out=$(TZ=UTC javascript <<'J'
const path = require('path');
const at = (name, file) => require(path.join(path.resolve('node_modules', name), file));
const date = new Date(2026, 0, 15);
for (const asn1 of [at('node-bacnet', 'lib/asn1.js'), at('@bacnet-js/client', 'dist/lib/asn1.js')]) {
    const message = { buffer: Buffer.alloc(20), offset: 0 };
    asn1.encodeApplicationDate(message, date);
    const read = asn1.decodeDate(Buffer.from('7e051f07', 'hex'), 0, 4);
    console.log(message.buffer.subarray(1, message.offset).toString('hex'), new Date(read.value.value ?? read.value).toDateString());
}
J
)
expect "15 January 2026 written, 31 May 2026 read" "$out" $'7e000f04 Wed Jul 01 2026\n7e010f04 Sun May 31 2026'
