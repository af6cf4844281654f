#!/bin/bash
# asn1js 4.0.0 (npm): a GeneralizedTime with an offset, or without "Z", has another day, and the offset has the wrong sign
#
# Guess: 20240128235959-0500 is 2024-01-29T04:59:59Z (X.680), and 20240102030405 is 03:04:05 of January 2 in the zone of the reader.
# Observed: the first is 2024-01-03T18:59:59Z: the day is the number of a weekday (of the same day a month later), and -0500 is subtracted. The
# second is January 5. Times with "Z" are right. UTCTime without seconds, or with an offset, is 1899-11-30.
# Why it matters: DER demands "Z", so certificates are right and tests pass; records of meters and switches in BER are days off, always within the
# first week of the month. Parse the text of valueBlock yourself unless it ends with Z.
source "$(dirname "$0")/support/lib.sh"
npm_packages asn1js@4.0.0
out=$(TZ=UTC javascript <<'J'
const { fromBER } = require('asn1js');
for (const [tag, text] of [[0x18, '20240128235959Z'], [0x18, '20240128235959-0500'], [0x18, '20240102030405+0230'], [0x18, '20240102030405'],
    [0x17, '240102030405Z'], [0x17, '2401020304Z'], [0x17, '240102030405+0200']]) {
    const { result } = fromBER(new Uint8Array([tag, text.length, ...Buffer.from(text)]).buffer);
    console.log(text, result.toDate().toISOString());
}
J
)
expect "text, read" "$out" '20240128235959Z 2024-01-28T23:59:59.000Z
20240128235959-0500 2024-01-03T18:59:59.000Z
20240102030405+0230 2024-01-05T05:34:05.000Z
20240102030405 2024-01-05T03:04:05.000Z
240102030405Z 2024-01-02T03:04:05.000Z
2401020304Z 1899-11-30T00:00:00.000Z
240102030405+0200 1899-11-30T00:00:00.000Z'
