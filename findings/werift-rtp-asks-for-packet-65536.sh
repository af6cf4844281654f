#!/bin/bash
# werift-rtp 0.8.9 (npm): a NACK around the end of the sequence numbers names 65536 and 65537, and minus one lost packet is 16777215
#
# Guess: sequence numbers of RTP have 16 bits, so the packets after 65535 in a NACK are 0 and 1; the number of lost packets in a report has
# 24 bits with a sign (RFC 3550, 6.4.1), since duplicates count against it.
# Observed: lost is [65535, 65536, 65537]. One duplicate more than losses gives packetsLost 16777215.
# Why it matters: code that looks for these numbers in its buffer repeats nothing, once in 22 minutes at 50 packets a second. A quality
# display jumps to sixteen million. Take the numbers modulo 65536.
source "$(dirname "$0")/support/lib.sh"
npm_packages werift-rtp@0.8.9
out=$(javascript <<'J'
const { RtcpPacketConverter } = require('werift-rtp');
const read = text => RtcpPacketConverter.deSerialize(Buffer.from(text, 'hex'))[0];
console.log(read('81cd00030000000100000002ffff0003').feedback.lost.join());
console.log(read('81c9000700000001000000020' + '0ffffff00000001000000000000000000000000').reports[0].packetsLost);
J
)
expect "65535 and the two after it; minus one" "$out" $'65535,65536,65537\n16777215'
