#!/bin/bash
# NCrontab 3.4.0 (NuGet): hours 22-2 are the hours from 2 to 22
#
# Guess: a range over midnight wraps, as in Cronos, or is refused, as by all of cron-parser, croner, cron and cron-schedule (npm).
# Observed: its ends are exchanged without a word: "0 22-2 * * *" runs at 2, 3, 4 ... 22 o'clock, and the days 6-1 (Saturday to Monday) are
# Monday to Saturday. A Sunday that is written as 7 is refused. Cronos 0.13.0 runs at 22, 23, 0, 1 and 2.
# Why it matters: work that was put into the night, such as restarts and updates of devices, is done by day. Write 22-23,0-2.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp NCrontab@3.4.0 Cronos@0.13.0 <<'CSHARP'
DateTime noon = new(2024, 1, 31, 12, 30, 0, DateTimeKind.Utc);
foreach (string expression in new[] { "0 22-2 * * *", "0 22-23,0-2 * * *" })
{
    Console.WriteLine(string.Join(" ", NCrontab.CrontabSchedule.Parse(expression).GetNextOccurrences(noon, noon.AddDays(1)).Select(time => time.Hour)));
}

Console.WriteLine(string.Join(" ", NCrontab.CrontabSchedule.Parse("0 0 * * 6-1").GetNextOccurrences(noon, noon.AddDays(7)).Select(time => $"{time:ddd}")));
try
{
    NCrontab.CrontabSchedule.Parse("0 0 * * 7");
}
catch (NCrontab.CrontabException)
{
    Console.WriteLine("refused");
}

Console.WriteLine(string.Join(" ", Cronos.CronExpression.Parse("0 22-2 * * *").GetOccurrences(noon, noon.AddDays(1)).Select(time => time.Hour)));
CSHARP
)
expect "hours of 22-2 and of 22-23,0-2; days 6-1; day 7; Cronos" "$out" "13 14 15 16 17 18 19 20 21 22 2 3 4 5 6 7 8 9 10 11 12
22 23 0 1 2
Thu Fri Sat Mon Tue Wed
refused
22 23 0 1 2"
