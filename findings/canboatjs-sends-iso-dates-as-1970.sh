#!/bin/bash
# @canboat/canboatjs 3.20.0 (npm): toPgn makes 1970-01-01 of the date 2012-06-17 and midnight of the time 15:13; a Date is 2003
#
# Guess: a date in ISO 8601, which is what Signal K hands on, or a Date is sent as that day, or raises.
# Observed: only "2012.06.17" with points and "15:13:45" with seconds are read. "2012-06-17" gives day 0, a Date of that day gives 2003-08-24,
# "15:13" and "15:13:45Z" give 00:00:00. No error and no event is raised.
# Why it matters: a gateway sets the clocks of plotters and loggers on the boat to 1970. Write the date with points, or hand over the days
# since 1970 as a number (15508), and read the result back.
source "$(dirname "$0")/support/lib.sh"
npm_packages @canboat/canboatjs@3.20.0
out=$(TZ=UTC javascript <<'J'
const { FromPgn, toPgn } = require('@canboat/canboatjs');
const show = (date, time) => {
    const bytes = toPgn({ pgn: 126992, fields: { sid: 1, source: 'GPS', date, time } });
    const { fields } = new FromPgn({}).parseString(`2020-01-01T00:00:00.000Z,2,126992,36,255,8,${[...bytes].map(value => value.toString(16).padStart(2, '0')).join(',')}`);
    console.log(date instanceof Date ? 'Date' : date, time, '->', fields.date, fields.time);
};
show('2012.06.17', '15:13:45');
show(15508, '15:13:45');
show('2012-06-17', '15:13:45');
show(new Date('2012-06-17T00:00:00Z'), '15:13:45');
show('2012.06.17', '15:13');
show('2012.06.17', '15:13:45Z');
J
)
expect "given -> read back" "$out" '2012.06.17 15:13:45 -> 2012.06.17 15:13:45
15508 15:13:45 -> 2012.06.17 15:13:45
2012-06-17 15:13:45 -> 1970.01.01 15:13:45
Date 15:13:45 -> 2003.08.24 15:13:45
2012.06.17 15:13 -> 2012.06.17 00:00:00
2012.06.17 15:13:45Z -> 2012.06.17 00:00:00'
