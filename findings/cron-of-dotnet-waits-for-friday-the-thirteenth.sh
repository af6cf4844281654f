#!/bin/bash
# Cronos 0.13.0 and NCrontab 3.4.0 (NuGet) run "0 0 13 * 5" on Friday the 13th; cron-parser 5.10.5, croner 11.0.0 and cron 4.4.0 (npm) on
# each 13th and each Friday, and they disagree about 1-31
#
# Guess: five fields of cron mean the same everywhere: when the day of the month and the day of the week are both restricted, one of them
# is enough (POSIX crontab).
# Observed: in .NET both must fit, so that the job runs about twice a year. "0 0 1-31 * 1" is each day for cron-parser and croner, each Monday
# for cron.
# Why it matters: a schedule that moves with a device's settings from one program to another runs 60 times a year or twice. Restrict one of
# the two fields only.
source "$(dirname "$0")/support/lib.sh"
npm_packages cron-parser@5.10.5 croner@11.0.0 cron@4.4.0
out=$(csharp NCrontab@3.4.0 Cronos@0.13.0 <<'CSHARP'
DateTime start = new(2024, 1, 31, 12, 0, 0, DateTimeKind.Utc);
Console.WriteLine(string.Join(" ", Cronos.CronExpression.Parse("0 0 13 * 5").GetOccurrences(start, start.AddYears(1)).Select(time => $"{time:MM-dd}")));
Console.WriteLine(string.Join(" ", NCrontab.CrontabSchedule.Parse("0 0 13 * 5").GetNextOccurrences(start, start.AddYears(1)).Select(time => $"{time:MM-dd}")));
CSHARP
)
expect "Cronos, NCrontab: a year" "$out" $'09-13 12-13\n09-13 12-13'
out=$(TZ=UTC javascript <<'J'
(async () => {
    const { CronExpressionParser } = require('cron-parser');
    const { CronTime } = require('cron');
    const { Cron } = await import('croner');
    const start = new Date('2024-01-31T12:00:00Z');
    for (const expression of ['0 0 13 * 5', '0 0 1-31 * 1']) {
        const times = CronExpressionParser.parse(expression, { currentDate: start, tz: 'UTC' }), time = new CronTime(expression, 'UTC');
        const steps = [time.getNextDateFrom(start, 'UTC')];
        while (steps.length < 3) {
            steps.push(time.getNextDateFrom(steps.at(-1).toJSDate(), 'UTC'));
        }
        const all = [[1, 2, 3].map(() => times.next().toDate()), new Cron(expression, { timezone: 'UTC', paused: true }).nextRuns(3, start), steps.map(step => step.toJSDate())];
        console.log(all.map(dates => dates.map(date => date.toISOString().slice(5, 10)).join(' ')).join(', '));
    }
})();
J
)
expect "cron-parser, croner, cron" "$out" "02-02 02-09 02-13, 02-02 02-09 02-13, 02-02 02-09 02-13
02-01 02-02 02-03, 02-01 02-02 02-03, 02-05 02-12 02-19"
