#!/bin/bash
# Iot.Device.Bindings 4.2.0 (NuGet): a time (ZDA) with a zone of -03:30 is written again with the zone "--02,-30"; a weather sentence loses its wind, a
# list of satellites those without a signal
#
# Guess: a sentence that was parsed into its class and is written again by ToNmeaMessage has the same values.
# Observed: ZDA's "-03,30" is read as -2:30, and is written with two minus signs and a negative minute. "-05,00" is
# "--05,00". Zones to the east are right. Of MDA the four wind fields are empty. Of GSV the satellite without a signal is left out, while the
# number of satellites stays 2.
# Why it matters: a MessageRouter that changes or repeats sentences changes their content, and west of Greenwich the clock sentence is broken.
# Forward the text that was received (RawSentence).
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Iot.Device.Bindings@4.2.0 <<'CSHARP'
using Iot.Device.Nmea0183;
foreach (string text in new[] { "GPZDA,160012.71,11,03,2004,05,30", "GPZDA,160012.71,11,03,2004,-05,00", "GPZDA,160012.71,11,03,2004,-03,30",
    "IIMDA,29.99,I,1.0157,B,20.0,C,15.0,C,50.0,,9.3,C,270.0,T,275.0,M,12.4,N,6.4,M", "GPGSV,1,1,02,03,03,111,30,04,15,270," })
{
    DateTimeOffset last = new(2004, 3, 11, 16, 0, 0, TimeSpan.Zero);
    string sentence = $"${text}*{text.Aggregate(0, (sum, letter) => sum ^ letter):X2}";
    Console.WriteLine(TalkerSentence.FromSentenceString(sentence, out NmeaError _).TryGetTypedValue(ref last).ToNmeaMessage());
}
CSHARP
)
expect "written" "$out" '$GPZDA,160012.710,11,03,2004,+05,30*7C
$GPZDA,160012.710,11,03,2004,--05,00*54
$GPZDA,160012.710,11,03,2004,--02,-30*7D
$IIMDA,29.99,I,1.016,B,20.0,C,15.0,C,50.0,,9.3,C,,T,,M,,N,,M*2E
$GPGSV,1,1,2,03,3,111,30*49'
