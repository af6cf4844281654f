#!/bin/bash
# .NET 10.0 and Linux (seen with 6.18): SocketFlags.Truncated on a TCP socket counts bytes and delivers none
#
# Guess: Receive(buffer, SocketFlags.Truncated) means what MSG_TRUNC means for datagrams (tell the whole length); a stream has nothing to cut, so
# that the flag is ignored, or refused.
# Observed: it returns 5 and leaves the buffer as it was: MSG_TRUNC on a TCP socket discards the bytes (tcp(7)). They are gone for the next Receive.
# It works so in Python too. On a datagram socket the buffer is filled.
# Why it matters: a helper for "receive, and tell me whether it was cut" that serves both kinds of sockets delivers zeros for TCP, with the right
# count and no error. It is also the fastest way to skip a body on purpose.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

TcpListener listener = new(IPAddress.Loopback, 0);
listener.Start();
using Socket stream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
stream.Connect(listener.LocalEndpoint);
using Socket accepted = listener.AcceptSocket();
byte[] buffer = new byte[3];
stream.Send("abcdef"u8);
Console.WriteLine($"{accepted.Receive(buffer, SocketFlags.Truncated)} {Convert.ToHexString(buffer)}");
Console.WriteLine($"{accepted.Receive(buffer)} {Convert.ToHexString(buffer)}");

using UdpClient datagrams = new(new IPEndPoint(IPAddress.Loopback, 0)), sender = new();
sender.Send("abcdef"u8, (IPEndPoint)datagrams.Client.LocalEndPoint);
Array.Clear(buffer);
Console.WriteLine($"{datagrams.Client.Receive(buffer, SocketFlags.Truncated)} {Convert.ToHexString(buffer)}");
CSHARP
)
expect "TCP with the flag, TCP without it, UDP with it" "$out" $'3 000000\n3 646566\n6 616263'
