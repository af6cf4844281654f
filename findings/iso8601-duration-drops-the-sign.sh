#!/bin/bash
# iso8601-duration 2.1.4 (npm): -PT15M is fifteen minutes forwards
#
# Guess: a negative duration (XML Schema, RFC 5545, ISO 8601-2) is negative, or refused as other texts that it does not know.
# Observed: parse gives minutes: 15, and end() a time in the future; "P1DT-1H" is one day. tinyduration 3.4.1 tells that it is negative.
# Why it matters: an alarm fifteen minutes before an event rings fifteen minutes after it, and an offset of a device goes the wrong way.
source "$(dirname "$0")/support/lib.sh"
npm_packages iso8601-duration@2.1.4 tinyduration@3.4.1
out=$(javascript <<'J'
const { parse, end, toSeconds } = require('iso8601-duration');
const tiny = require('tinyduration');
console.log(parse('-PT15M').minutes, end(parse('-PT15M'), new Date(Date.UTC(2026, 0, 1))).toISOString(), toSeconds(parse('P1DT-1H')));
console.log(JSON.stringify(tiny.parse('-PT15M')));
try {
    parse('15 min');
} catch (error) {
    console.log(error.message);
}
J
)
expect "-PT15M and P1DT-1H; tinyduration; a text that it does not know" "$out" $'15 2026-01-01T00:15:00.000Z 86400\n{"minutes":15,"negative":true}\ninvalid duration: 15 min'
