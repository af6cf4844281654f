#!/bin/bash
# @serialport/parser-spacepacket 13.0.0 (npm): the data of a space packet (CCSDS 133.0) are text, and other bytes than text are lost
#
# Guess: the data are a Buffer, as those of the other parsers of serialport; an incomplete packet at the end gives nothing.
# Observed: they are a string, read as UTF-8: 00 FF 80 C3 has become 00 and three replacement characters. The time code of a secondary header
# is text too. An empty array is delivered last when the stream ends.
# Why it matters: telemetry is numbers, and each byte above 7F is lost without an error; a test with text passes. Take the bytes in
# front of the parser: the header has six, the length that follows is the last two of them plus one.
source "$(dirname "$0")/support/lib.sh"
npm_packages @serialport/parser-spacepacket@13.0.0
out=$(javascript <<'J'
const { SpacePacketParser } = require('@serialport/parser-spacepacket');
const parser = new SpacePacketParser();
parser.on('data', packet => console.log(typeof packet.data, packet.data === undefined ? JSON.stringify(packet) : Buffer.from(packet.data).toString('hex')));
parser.write(Buffer.from('0801c00000016869', 'hex'));
parser.end(Buffer.from('0801c001000300ff80c3', 'hex'));
J
)
expect "data" "$out" $'string 6869\nstring 00efbfbdefbfbdefbfbd\nundefined []'
