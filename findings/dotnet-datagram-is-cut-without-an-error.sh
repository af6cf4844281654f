#!/bin/bash
# .NET 10.0 on Linux: a datagram that does not fit into the buffer is cut without an error
#
# Guess: Socket.Receive and ReceiveFrom throw SocketException (MessageSize) and fill the buffer, as their documentation says and as on
# Windows.
# Observed: Receive, ReceiveFrom and ReceiveAsync return the length of the buffer, and the rest is gone. Only ReceiveMessageFrom tells, by
# SocketFlags.Truncated.
# Why it matters: a message that grew over the buffer (DNS with EDNS, CoAP, SNMP) is handed to the parser as a whole one. Use a buffer one
# byte larger than the largest message, and treat a full one as an error.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

using Socket receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
byte[] buffer = new byte[10];
void Send() => sender.SendTo(new byte[100], receiver.LocalEndPoint);
EndPoint from = new IPEndPoint(IPAddress.Any, 0);
Send();
Console.WriteLine($"Receive {receiver.Receive(buffer)}");
Send();
Console.WriteLine($"ReceiveFrom {receiver.ReceiveFrom(buffer, ref from)}");
Send();
Console.WriteLine($"ReceiveAsync {await receiver.ReceiveAsync(buffer)}");
Send();
SocketFlags flags = SocketFlags.None;
Console.WriteLine($"ReceiveMessageFrom {receiver.ReceiveMessageFrom(buffer, 0, 10, ref flags, ref from, out _)} {flags}");
CSHARP
)
expect "100 bytes into 10" "$out" $'Receive 10\nReceiveFrom 10\nReceiveAsync 10\nReceiveMessageFrom 10 Truncated'
