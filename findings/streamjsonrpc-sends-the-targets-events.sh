#!/bin/bash
# StreamJsonRpc 2.26.150 (NuGet): events of the attached object go over the network
#
# Guess: Attach(stream, target) offers the target's methods to the peer; nothing is sent unless somebody calls.
# Observed: raising a public event of the target sends a notification of that name with the event's argument.
# Why it matters: an object with a frequent event (a sensor) uses the connection of a slow link all the time, and its peer logs unknown
# methods. JsonRpcTargetOptions.NotifyClientOfEvents = false ends it.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp StreamJsonRpc@2.26.150 Nerdbank.Streams@2.14.411 <<'CSHARP'
using System.Text;
(Stream near, Stream far) = Nerdbank.Streams.FullDuplexStream.CreatePair();
Sensor sensor = new();
using StreamJsonRpc.JsonRpc rpc = StreamJsonRpc.JsonRpc.Attach(near, sensor);
sensor.Measure();
byte[] buffer = new byte[1000];
int length = await far.ReadAsync(buffer);
Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, length).Split("\r\n")[^1]);
public class Sensor
{
    public event EventHandler<int> Changed;
    public void Measure() => Changed?.Invoke(this, 5);
}
CSHARP
)
expect "sent without a call" "$out" '{"jsonrpc":"2.0","method":"Changed","params":[5]}'
