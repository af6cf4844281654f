#!/bin/bash
# Iot.Device.Bindings 4.2.0 (NuGet), Nmea0183: the first GGA after midnight gets yesterday's date
#
# Guess: GGA has a time and no date; after a sentence of 23:59:59 a time of 00:00:01 belongs to the next day.
# Observed: it is put 23:59:58 before the sentence that it follows, and the "last message time" goes back with it.
# Why it matters: positions of a GPS receiver over a socket are logged out of order for a moment each night, until the next RMC or ZDA.
# Take dates from these sentences only.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Iot.Device.Bindings@4.2.0 <<'CSHARP'
using Iot.Device.Nmea0183;
string body = "GPGGA,000001,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,";
int sum = 0;
foreach (char letter in body) sum ^= letter;
TalkerSentence sentence = TalkerSentence.FromSentenceString($"${body}*{sum:X2}", out _);
DateTimeOffset last = new(2024, 1, 2, 23, 59, 59, TimeSpan.Zero);
Console.WriteLine(sentence.TryGetTypedValue(ref last).DateTime.ToString("s") + " " + last.ToString("s"));
CSHARP
)
expect "time of the position, last message time" "$out" "2024-01-02T00:00:01 2024-01-02T00:00:01"
