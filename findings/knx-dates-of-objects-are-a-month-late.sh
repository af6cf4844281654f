#!/bin/bash
# knx 2.5.4 (npm): {year: 2023, month: 12, day: 31} is sent as 31 January 2024, and a time without a day is one of last Sunday
#
# Guess: DPT11 counts months from 1, and so does the object that it takes; a time of day (DPT10) with day 0, "no day", is one of today.
# Observed: the object's month counts from 0, the month in the text "2023-12-31" of the same argument from 1. Day 0 is taken as Sunday and
# moves the date back to it; day 7, Sunday, read on a Sunday is a week ahead.
# Why it matters: a clock on the bus may leave the day out, and then a log has times of the wrong date six days of seven. Take hours, minutes and
# seconds out of it, and give dates as Date objects.
source "$(dirname "$0")/support/lib.sh"
npm_packages knx@2.5.4
out=$(TZ=UTC javascript <<'J'
const { DPT10, DPT11 } = require('knx/src/dptlib');
console.log(DPT11.formatAPDU({ year: 2023, month: 12, day: 31 }).join('.'), DPT11.formatAPDU('2023-12-31').join('.'));
const clock = Date;
globalThis.Date = class extends clock { // it is Wednesday, 10 January 2024, or Sunday, the 14th
    constructor(...parts) { super(...(parts.length ? parts : [globalThis.today])); }
};
for (const [today, time] of [[10, '0c1e00'], [14, 'ec1e00']]) {
    globalThis.today = clock.UTC(2024, 0, today, 9);
    console.log(DPT10.fromBuffer(Buffer.from(time, 'hex')).toISOString());
}
J
)
expect "object, text; 12:30 without a day on the 10th, 12:30 of Sunday on Sunday the 14th" "$out" "31.1.24 31.12.23
2024-01-07T12:30:00.000Z
2024-01-21T12:30:00.000Z"
