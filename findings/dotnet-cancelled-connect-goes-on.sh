#!/bin/bash
# .NET 10.0 on Linux, Socket.ConnectAsync: after a cancellation the handshake goes on, and the server gets a connection
#
# Guess: a cancelled connect is over: nothing more is sent, and the socket may try again.
# Observed: a second ConnectAsync on the socket is SocketException, AlreadyInProgress ("Operation already in progress"). When the server's
# queue has room again, the kernel completes the handshake, and the server accepts a connection that nobody uses.
# Why it matters: a client that tries with a time-out and cancels leaves one connection at the server for each attempt that came late; with few
# sockets, as on a board, these fill it. Dispose of the socket after a cancellation.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
using Socket listener = New();
listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
listener.Listen(0);
using Socket filler = New();
filler.Connect(listener.LocalEndPoint); // the queue is full
using Socket client = New();
using CancellationTokenSource source = new(100);
try
{
    await client.ConnectAsync(listener.LocalEndPoint, source.Token);
    Console.WriteLine("connected");
}
catch (OperationCanceledException)
{
    Console.WriteLine("cancelled");
}
try
{
    await client.ConnectAsync(listener.LocalEndPoint);
    Console.WriteLine("connected");
}
catch (SocketException e)
{
    Console.WriteLine(e.SocketErrorCode);
}
listener.Accept(); // the filler's: now there is room
Console.WriteLine(listener.Poll(20_000_000, SelectMode.SelectRead) ? "one more connection" : "no more");
CSHARP
)
expect "first connect, second connect, server" "$out" $'cancelled\nAlreadyInProgress\none more connection'
