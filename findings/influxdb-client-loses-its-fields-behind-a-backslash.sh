#!/bin/bash
# InfluxDB.Client 5.1.0 and InfluxDB3.Client 1.10.0 (NuGet): a tag that ends in a backslash takes the fields of its line with it
#
# Guess: the builder of a line escapes all that has a meaning in it: a backslash at the end of a tag stands before the space that ends the
# tags.
# Observed: the line is "m,path=C:\ a=1i", in which "\ " is a space of the tag, so it has no fields. The float 0.1f
# is 0.1 in the one client and 0.10000000149011612 in the other.
# Why it matters: folders of Windows and keys of OPC end so; the server refuses the line and answers the batch with an error. Take the
# backslash off.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp InfluxDB.Client@5.1.0 InfluxDB3.Client@1.10.0 <<'CSHARP'
Console.WriteLine(InfluxDB.Client.Writes.PointData.Measurement("m").Tag("path", @"C:\").Field("a", 1).Field("f", 0.1f).ToLineProtocol());
Console.WriteLine(InfluxDB3.Client.Write.PointData.Measurement("m").SetTag("path", @"C:\").SetField("a", 1).SetField("f", 0.1f).ToLineProtocol());
CSHARP
)
expect "line of each" "$out" 'm,path=C:\ a=1i,f=0.1
m,path=C:\ a=1i,f=0.10000000149011612'
