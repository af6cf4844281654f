#!/bin/bash
# .NET 10.0 on Linux, System.Net.Sockets: ReuseAddress lets two listeners have one port, and each gets a part of the connections
#
# Guess: SocketOptionName.ReuseAddress is SO_REUSEADDR, as in C and Python: on Linux it allows a port in TIME_WAIT, and a second listener
# on the same address is refused with EADDRINUSE.
# Observed: two sockets with ReuseAddress bind to the same address and listen, without an error. Of 60 connections both get some: .NET sets
# SO_REUSEPORT too. In Python SO_REUSEADDR alone is refused.
# Why it matters: the option that is meant for quick restarts hides that an old instance still runs; it goes on serving a part of the
# clients. .NET already allows TIME_WAIT on Unix without any option. Leave ReuseAddress out for TCP.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

static Socket Listen(EndPoint endPoint)
{
    Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
    socket.Bind(endPoint);
    socket.Listen(100);
    return socket;
}
static int Waiting(Socket listener)
{
    int count = 0;
    for (; listener.Poll(0, SelectMode.SelectRead); count++)
    {
        listener.Accept();
    }
    return count;
}
Socket first = Listen(new IPEndPoint(IPAddress.Loopback, 0)), second = Listen(first.LocalEndPoint);
List<Socket> clients = [];
for (int i = 0; i < 60; i++)
{
    clients.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
    clients[i].Connect(first.LocalEndPoint);
}
int atFirst = Waiting(first), atSecond = Waiting(second);
Console.WriteLine($"{atFirst > 0} {atSecond > 0} {atFirst + atSecond}");
CSHARP
)
expect "connections at the first, at the second, together" "$out" "True True 60"
out=$(python - <<'P'
import errno, socket
first, second = socket.socket(), socket.socket()
for s in first, second:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
first.bind(("127.0.0.1", 0))
first.listen()
try:
    second.bind(first.getsockname())
    print("bound")
except OSError as error:
    print(errno.errorcode[error.errno])
P
)
expect "the second bind in Python" "$out" EADDRINUSE
