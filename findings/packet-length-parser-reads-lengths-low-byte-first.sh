#!/bin/bash
# @serialport/parser-packet-length 13.0.0 (npm): a length of two bytes is little-endian, without an option, and a packet beyond its range
# ends right behind the length
#
# Guess: lengths of two bytes have the order of networks, as the frames of XBee modules (7E, two bytes of length, data, check) have it.
# Observed: 7E 00 03 is read as 768 bytes, which is above maxLen (255), so that 7E 00 03 is delivered as a packet, and its data are
# dropped in the search for the next delimiter. 7E 03 00 is read as meant.
# Why it matters: a bridge of XBee frames delivers heads without data and no error. Cut such frames with a parser of one's own, or check the
# length of what arrives.
source "$(dirname "$0")/support/lib.sh"
npm_packages @serialport/parser-packet-length@13.0.0
out=$(javascript <<'J'
const { PacketLengthParser } = require('@serialport/parser-packet-length');
for (const bytes of ['7e000311223399', '7e030011223399']) {
    const parser = new PacketLengthParser({ delimiter: 0x7e, lengthOffset: 1, lengthBytes: 2, packetOverhead: 4 });
    parser.on('data', packet => console.log(bytes, packet.toString('hex')));
    parser.write(Buffer.from(bytes, 'hex'));
}
J
)
expect "sent, packet" "$out" $'7e000311223399 7e0003\n7e030011223399 7e030011223399'
