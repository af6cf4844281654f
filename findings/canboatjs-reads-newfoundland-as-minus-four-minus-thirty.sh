#!/bin/bash
# @canboat/canboatjs 3.20.0 (npm): a local offset of -3:30 (PGN 129033) is read as "-4:-30:00" and sent as -2:30
#
# Guess: -210 minutes are "-03:30:00", and the text that was read can be sent again.
# Observed: hours are rounded down and minutes towards zero: "-4:-30:00", which is sent again as -270. Of "-03:30:00" the minutes are added to
# the negative hours: -150. Whole hours and offsets to the east are right.
# Why it matters: boats off Newfoundland and in the Marquesas have a local time that is an hour wrong, and no test in Europe or India shows it.
# Read and write the two bytes (minutes, signed) instead.
source "$(dirname "$0")/support/lib.sh"
npm_packages @canboat/canboatjs@3.20.0
out=$(javascript <<'J'
const { FromPgn, toPgn } = require('@canboat/canboatjs');
const bytes = minutes => { const buffer = Buffer.from('004500e1f5050000', 'hex'); buffer.writeInt16LE(minutes, 6); return buffer; };
const read = data => new FromPgn({}).parseString(`2020-01-01T00:00:00.000Z,2,129033,36,255,8,${[...data].map(value => value.toString(16).padStart(2, '0')).join(',')}`).fields;
const send = localOffset => Buffer.from(toPgn({ pgn: 129033, fields: { date: '2012.06.17', time: '00:00:00', localOffset } })).readInt16LE(6);
for (const minutes of [330, -300, -210, -570]) {
    console.log(minutes, read(bytes(minutes)).localOffset, 'sent again', send(read(bytes(minutes)).localOffset));
}
console.log('-03:30:00 sent', send('-03:30:00'));
J
)
expect "minutes, read" "$out" '330 05:30:00 sent again 330
-300 -5:00:00 sent again -300
-210 -4:-30:00 sent again -270
-570 -10:-30:00 sent again -630
-03:30:00 sent -150'
