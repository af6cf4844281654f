#!/bin/bash
# .NET 10.0 on Linux, Socket.Available and UdpClient.Available: an empty datagram hides all that wait behind it
#
# Guess: Available is the number of bytes that were received and can be read: 30 for waiting datagrams of 0, 10 and 20 bytes; it is 0 when nothing
# waits.
# Observed: it is the length of the first datagram alone: 0, though Poll says readable; after one Receive 10, then 20.
# Why it matters: a loop "while (client.Available > 0) client.Receive(...)", common in polling programs and games, stops for ever at the first empty
# datagram, which anybody may send, and the buffer behind it fills up. Use Poll, or a receive that does not block.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

using UdpClient receiver = new(new IPEndPoint(IPAddress.Loopback, 0)), sender = new();
foreach (int length in new[] { 0, 10, 20 })
{
    sender.Send(new byte[length], (IPEndPoint)receiver.Client.LocalEndPoint);
}
IPEndPoint from = null;
for (int i = 0; i < 3; i++)
{
    Console.WriteLine($"{receiver.Available} {receiver.Client.Poll(0, SelectMode.SelectRead)}");
    receiver.Receive(ref from);
}
CSHARP
)
expect "Available and Poll with datagrams of 0, 10 and 20 bytes, before each Receive" "$out" $'0 True\n10 True\n20 True'
