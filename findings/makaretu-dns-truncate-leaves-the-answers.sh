#!/bin/bash
# Makaretu.Dns 2.0.1 (NuGet): Message.Truncate(512) sets TC and leaves every answer
#
# Guess: after Truncate(512) the message has at most 512 bytes: answers that do not fit are left out, and TC is set.
# Observed: TC is set, all 50 answers stay, and the message is above 512 bytes. Only the authority and the additional records go.
# Why it matters: a server that answers over UDP with it sends datagrams above the limit of its client, which cuts or drops them; a
# record that is cut in the middle is an error to the parser, and the question over TCP that TC asks for does not follow.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Makaretu.Dns@2.0.1 <<'CSHARP'
using System.Net;
using Makaretu.Dns;

Message message = new() { QR = true };
for (int i = 0; i < 50; i++)
{
    message.Answers.Add(new ARecord { Name = $"a-rather-long-name-{i}.lan", Address = IPAddress.Loopback });
    message.AdditionalRecords.Add(new TXTRecord { Name = $"a-rather-long-name-{i}.lan", Strings = ["x"] });
}
int before = message.Length();
message.Truncate(512);
Console.WriteLine($"{message.TC}, {message.Answers.Count} answers, {message.AdditionalRecords.Count} additional, {(message.Length() > 512 ? "above" : "within")} 512, {(message.Length() < before ? "shorter" : "same")}");
CSHARP
)
expect "after Truncate(512)" "$out" "True, 50 answers, 0 additional, above 512, shorter"
