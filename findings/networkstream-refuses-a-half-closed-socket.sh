#!/bin/bash
# .NET 10.0, System.Net.Sockets: a socket that has ended its sending cannot be wrapped into a NetworkStream, also only for reading
#
# Guess: after Shutdown(SocketShutdown.Send) the other direction goes on, so new NetworkStream(socket, FileAccess.Read) reads the answer.
# Observed: IOException, "The operation is not allowed on non-connected sockets", because Socket.Connected is false from then on, though
# Receive works. A NetworkStream that was made before the shutdown goes on reading.
# Why it matters: half-closing protocols (HTTP/1.0 requests by hand, finger, whois, a relay that hands over a connection) have to make the
# stream first; code that was written against another socket library fails at this line.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

using TcpListener listener = new(IPAddress.Loopback, 0);
listener.Start();
using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
await client.ConnectAsync(listener.LocalEndpoint);
using Socket server = await listener.AcceptSocketAsync();
using NetworkStream before = new(client, FileAccess.Read);
client.Shutdown(SocketShutdown.Send);
server.Send("answer"u8);
Console.WriteLine($"{client.Connected} {client.Receive(new byte[3])} {before.Read(new byte[3])}");
try
{
    _ = new NetworkStream(client, FileAccess.Read);
}
catch (IOException e)
{
    Console.WriteLine(e.Message);
}
CSHARP
)
expect "Connected, bytes received, bytes of an earlier stream; a new one" "$out" "False 3 3
The operation is not allowed on non-connected sockets."
