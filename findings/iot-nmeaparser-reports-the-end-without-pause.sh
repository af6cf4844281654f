#!/bin/bash
# Iot.Device.Bindings 4.2.0 (NuGet), NmeaParser: the end of the stream is reported more than ten thousand times in 0.3 s
#
# Guess: when the peer closes, the parser reports PortClosed once and its thread ends.
# Observed: OnParserError is called with PortClosed again and again without a pause until StopDecode, which keeps a core busy. StopDecode
# from within the handler waits for the thread that calls it, so it cannot be called there.
# Why it matters: a GPS server that restarts turns the client into a loop that fills a log or a disk. Stop the parser from another
# thread at the first PortClosed.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Iot.Device.Bindings@4.2.0 <<'CSHARP'
using System.Text;
using Iot.Device.Nmea0183;

using NmeaParser parser = new("gps", new MemoryStream(Encoding.ASCII.GetBytes("$GPZDA,201530.00,04,07,2002,00,00*60\r\n")), null);
int closed = 0;
using ManualResetEventSlim many = new();
parser.OnParserError += (_, _, error) =>
{
    if (error == NmeaError.PortClosed && Interlocked.Increment(ref closed) == 10_000)
    {
        many.Set();
    }
};
parser.StartDecode();
Console.WriteLine(many.Wait(TimeSpan.FromSeconds(20)) ? "10000 times" : $"{closed} times");
parser.StopDecode();
CSHARP
)
expect "PortClosed" "$out" "10000 times"
