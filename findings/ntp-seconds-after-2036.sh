#!/bin/bash
# ntp-packet-parser 0.5.0 (npm) and ntplib 0.3.3 (Debian python3-ntplib 0.3.3-3) put times after 7 February 2036 into the year 1900
#
# Guess: a 32-bit time below 2^31 belongs to era 1, which begins on 7 February 2036 (RFC 4330, 3).
# Observed: 1000 seconds, 06:44:56 on that day, are read as 1900-01-01 00:16:40 and as -2208987800 s.
# Why it matters: simulated clocks and tests of long-lived devices reach 2036 today. Only the difference of two NTP times, taken modulo
# 2^32, is safe; a clock that is set from them jumps back by 136 years.
source "$(dirname "$0")/support/lib.sh"
debian python3-ntplib=0.3.3-3
npm_packages ntp-packet-parser@0.5.0
expect "ntp-packet-parser" "$(javascript <<'J'
const { NtpPacketParser } = require('ntp-packet-parser');
const packet = Buffer.alloc(48);
packet[0] = 0x24;
packet.writeUInt32BE(1000, 40);
console.log(NtpPacketParser.parse(packet).transmitTimestamp.toISOString());
J
)" 1900-01-01T00:16:40.000Z
expect "ntplib" "$(python -c 'import ntplib; print(ntplib.ntp_to_system_time(1000))')" -2208987800
