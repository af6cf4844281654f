#!/bin/bash
# candied 2.2.0 (npm): signals in Motorola order and floats have other values than in canmatrix, and extended identifiers are not found
#
# Guess: a DBC file means the same to each reader: "23|12@0+" over the bytes 12 30 is 0x123, and SIG_VALTYPE_ 1 makes 32 bits a float.
# Observed: candied reads 1022 for 291 and -39.7 for -40.1; the float 1.0 is 1065353216, though its type is "float". Intel order is right.
# A message of the file with 29 bits keeps the marker 0x80000000 in its identifier, so a frame from the bus, 0x18fef1fe, decodes to
# undefined. canmatrix 0.9.5 (Debian python3-canmatrix 0.9.5~github-3) has the values of the specification.
# Why it matters: many files of cars have Motorola signals; the numbers look like measured ones. Add 0x80000000 to extended identifiers.
source "$(dirname "$0")/support/lib.sh"
debian python3-canmatrix=0.9.5~github-3 python3-future=0.18.2-6 python3-attr=22.2.0-1 python3-click=8.1.3-2
npm_packages candied@2.2.0
cat >"$work/a.dbc" <<'D'
VERSION ""

BU_: A B

BO_ 291 M: 8 A
 SG_ Intel : 0|8@1+ (1,0) [0|255] "" B
 SG_ Offset : 15|8@0- (0.1,-40) [0|0] "C" B
 SG_ Twelve : 23|12@0+ (1,0) [0|0] "" B
 SG_ Float : 32|32@1- (1,0) [0|0] "" B

BO_ 2566844926 J: 8 A
 SG_ S : 0|8@1+ (1,0) [0|255] "" B

SIG_VALTYPE_ 291 Float : 1;
D
out=$(python - "$work/a.dbc" 2>"$work/log" <<'P'
import sys, canmatrix.formats
frame = canmatrix.formats.loadp_flat(sys.argv[1]).frame_by_name("M")
print(*(f"{name}={float(value.phys_value):g}" for name, value in frame.decode(bytes.fromhex("01ff12300000803f")).items()))
P
)
expect "canmatrix" "$out" "Intel=1 Offset=-40.1 Twelve=291 Float=1"
cp "$work/a.dbc" "$work/npm"
out=$(javascript <<'J'
const { Dbc, Can } = require('candied');
const can = new Can();
can.database = new Dbc().load(require('fs').readFileSync('a.dbc', 'utf8'));
const read = (id, text, extended) => can.decode(can.createFrame(id, [...Buffer.from(text, 'hex')], extended));
console.log([...read(291, '01ff12300000803f', false).boundSignals].map(([name, { value }]) => `${name}=${value}`).join(' '));
console.log(read(0x18fef1fe, '0700000000000000', true), read(0x98fef1fe, '0700000000000000', true).boundSignals.get('S').value);
J
)
expect "candied; the extended identifier and with its marker" "$out" $'Intel=1 Offset=-39.7 Twelve=1022 Float=1065353216\nundefined 7'
