#!/bin/bash
# werift-rtp 0.8.9 (npm): half a second of an NTP time stamp is .2147483648, and a BYE is not reported
#
# Guess: the seconds of an NTP time stamp are its upper 32 bits plus the lower 32 divided by 2^32.
# Observed: ntpTime2Sec, also used for the JSON form of a sender report, joins both numbers with a point: the fraction 0x80000000 is
# .2147483648, 0x00000005 is .5. Of a compound packet with a report and a BYE (RFC 3550, 6.6) only the report comes back.
# Why it matters: sound and picture that are aligned by these times are a part of a second apart, and the error changes from report to report. A
# participant who leaves stays until a time-out.
source "$(dirname "$0")/support/lib.sh"
npm_packages werift-rtp@0.8.9
out=$(javascript <<'J'
const { ntpTime2Sec, RtcpPacketConverter } = require('werift-rtp');
console.log([0x80000000n, 0xffffffffn, 5n].map(fraction => ntpTime2Sec((100n << 32n) + fraction)).join(' '));
const packets = RtcpPacketConverter.deSerialize(Buffer.from('80c8000600000001000000648000000000000064000000' + '0a00000400' + '81cb000100000001', 'hex'));
console.log(packets.length, JSON.stringify(packets[0].senderInfo));
J
)
expect "100.5, 100.9999999998, 100.000000001; a report and a BYE" "$out" $'100.2147483648 100.4294967295 100.5\n1 {"ntpTimestamp":100.2147483648,"rtpTimestamp":100}'
