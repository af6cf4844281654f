#!/bin/bash
# cron-schedule 6.0.0 (npm): "5L" is each Friday, "15W" the 15th, "5/15" minute 5 alone
#
# Guess: what a library does not know of the extensions of Quartz is refused, as it refuses "L" and "MON#1"; "5/15" is 5, 20, 35, 50.
# Observed: the number at the beginning counts and the rest is ignored. 0 0 * * 5L (the last Friday) runs each week, 0 0 15W * * (the
# nearest weekday) on Saturday, 15 June 2024, and 5/15 once an hour. cron-parser 5.10.5 reads two of them and refuses 15W.
# Why it matters: a monthly report or restart of devices happens four times a month, a poll each quarter of an hour is hourly.
source "$(dirname "$0")/support/lib.sh"
npm_packages cron-schedule@6.0.0 cron-parser@5.10.5
out=$(TZ=UTC javascript <<'J'
(async () => {
    const { parseCronExpression } = await import('cron-schedule');
    const { CronExpressionParser } = require('cron-parser');
    const start = new Date('2024-06-01T12:00:00Z');
    const show = dates => dates.map(date => date.toISOString().slice(5, 16)).join(' ');
    const take = expression => [CronExpressionParser.parse(expression, { currentDate: start, tz: 'UTC' })]
        .map(times => show([times.next().toDate(), times.next().toDate()]))[0];
    for (const expression of ['0 0 * * 5L', '0 0 15W * *', '5/15 * * * *', '0 0 L * *']) {
        for (const next of [expression => show(parseCronExpression(expression).getNextDates(2, start)), take]) {
            try {
                console.log(next(expression));
            } catch {
                console.log('refused');
            }
        }
    }
})();
J
)
expect "cron-schedule and cron-parser for 5L, 15W, 5/15, L" "$out" "06-07T00:00 06-14T00:00
06-28T00:00 07-26T00:00
06-15T00:00 07-15T00:00
refused
06-01T12:05 06-01T13:05
06-01T12:05 06-01T12:20
refused
06-30T00:00 07-31T00:00"
