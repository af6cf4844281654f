#!/bin/bash
# .NET 10.0 on Linux, System.Net.Sockets: an accepted socket has the listener's ReceiveTimeout, and says that it has none
#
# Guess: a time-out belongs to its socket: the listener's limits the wait in Accept(), an accepted socket starts with ReceiveTimeout 0 and waits
# without end. What the property says is true.
# Observed: Linux hands SO_RCVTIMEO, SO_SNDTIMEO and SO_LINGER of the listener on to each accepted socket. There ReceiveTimeout reads 0, as .NET
# keeps its own copy, and Receive() ends with TimedOut after the listener's time. LingerState is asked from the system and reads the listener's
# value.
# Why it matters: a server that looks for a sign to stop by a listener with a time-out of a second drops each client that is quiet for a second, and
# the property denies it. Set both time-outs on accepted sockets (0 too), or use AcceptAsync with a token.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 700, LingerState = new LingerOption(true, 3) };
listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
listener.Listen();
using TcpClient client = new();
client.Connect((IPEndPoint)listener.LocalEndPoint);
using Socket accepted = listener.Accept();
Console.WriteLine($"{accepted.ReceiveTimeout} {accepted.LingerState.Enabled} {accepted.LingerState.LingerTime}");
try
{
    Console.WriteLine($"received {accepted.Receive(new byte[1])}");
}
catch (SocketException e)
{
    Console.WriteLine(e.SocketErrorCode);
}
accepted.ReceiveTimeout = 0;
_ = Task.Delay(1500).ContinueWith(_ => client.Client.Send(new byte[1]));
Console.WriteLine($"received {accepted.Receive(new byte[1])}");
CSHARP
)
expect "ReceiveTimeout and LingerState of the accepted socket, Receive(), and Receive() after ReceiveTimeout = 0" "$out" $'0 True 3\nTimedOut\nreceived 1'
