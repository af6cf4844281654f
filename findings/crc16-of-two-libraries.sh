#!/bin/bash
# crccheck 1.0 (Debian python3-crccheck 1.0-5) and crc 4.3.2 (npm): CRC-16 and CRC-CCITT have two values each
#
# Guess: "CRC-16" is CRC-16/ARC (check value bb3d) and "CRC-CCITT" is the one that begins with ffff (29b1); a checksum of words refuses an odd
# byte or fills it up.
# Observed: Crc16 of crccheck is XMODEM (31c3), crc16 of npm ARC; CrcCcitt of crccheck is KERMIT (2189), crc16ccitt of npm 29b1. Checksum16
# of crccheck leaves the last odd byte out: 01 02 and 01 02 03 have one sum.
# Why it matters: a device and its gateway that both "use CRC-16" refuse each other's frames, and a damaged last byte is not noticed.
# Compare the check value of "123456789", and fill up to whole words.
source "$(dirname "$0")/support/lib.sh"
debian python3-crccheck=1.0-5
npm_packages crc@4.3.2
out=$(python - <<'P'
from crccheck.checksum import Checksum16
from crccheck.crc import Crc16, CrcCcitt, CrcModbus
print(*(f"{kind.calc(b'123456789'):04x}" for kind in (Crc16, CrcCcitt, CrcModbus)))
print(Checksum16.calc([1, 2]), Checksum16.calc([1, 2, 3]))
P
)
expect "crccheck: CRC-16, CCITT, Modbus; two sums" "$out" $'31c3 2189 4b37\n258 258'
out=$(javascript <<'J'
const { crc16, crc16ccitt, crc16modbus } = require('crc');
console.log([crc16, crc16ccitt, crc16modbus].map(kind => kind('123456789').toString(16)).join(' '));
J
)
expect "npm: CRC-16, CCITT, Modbus" "$out" "bb3d 29b1 4b37"
