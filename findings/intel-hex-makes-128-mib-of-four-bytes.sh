#!/bin/bash
# intel-hex 0.2.0 (npm): four bytes at 0x08000000 become a buffer of 128 MiB
#
# Guess: data starts at the first address of the file, with the address beside it, or is a list of segments, as nrf-intel-hex 1.4.0 gives.
# Observed: the buffer begins at address 0 and is filled with 0xFF up to the data: 134217732 bytes for a file of one data record. Nothing tells
# where the data begins.
# Why it matters: flash of STM32 begins at 0x08000000, of RP2040 at 0x10000000 and of ESP32 partitions anywhere: a server that sends
# firmware to boards reads a file of a few kilobytes into 128 or 256 MiB and, without a look at the records, sends all of it.
source "$(dirname "$0")/support/lib.sh"
npm_packages intel-hex@0.2.0 nrf-intel-hex@1.4.0
out=$(javascript <<'J'
const { parse } = require('intel-hex'), MemoryMap = require('nrf-intel-hex');
const file = [':020000040800F2', ':0400000001020304F2', ':00000001FF'].join('\n');
const { data, startSegmentAddress, startLinearAddress } = parse(file);
console.log(data.length, data.subarray(-4).toString('hex'), startSegmentAddress, startLinearAddress);
for (const [address, bytes] of (MemoryMap.default || MemoryMap).fromHex(file)) console.log(address, Buffer.from(bytes).toString('hex'));
J
)
expect "intel-hex, nrf-intel-hex" "$out" $'134217732 01020304 null null\n134217728 01020304'
