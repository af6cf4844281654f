#:project ../src/SocketPools.Boards/SocketPools.Boards.csproj

// A client that works on this PC and fails on a Pico W, and why: its socket is used again after a connect that failed.
//
//   dotnet run samples/board.cs              on this PC as it is
//   dotnet run samples/board.cs -- picow     as on a Pico W: picow, esp32, desk

using System.Net;
using System.Net.Sockets;
using SocketPools;
using SocketPools.Boards;

string name = args.Length > 0 ? args[0] : "desk";
if (!BoardProfiles.TryFind(name, out BoardProfile? board))
{
    Console.WriteLine($"there is no board {name}; there are {string.Join(", ", BoardProfiles.All)}");
    return 2;
}

// The server is on this machine, whose address a board would take for its own.
BoardRadio radio = new(new HostNetwork(), board) { ReachesThisMachine = true };
using SocketPool pool = SocketPool.For(radio);
Console.WriteLine($"{board.Title}: {pool.MaxSockets} sockets");

using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
server.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // it does not listen yet: connections are refused
using PoolSocket socket = pool.CreateSocket();
socket.SetTimeout(2);
for (int attempt = 1; attempt <= 2; attempt++)
{
    try
    {
        socket.Connect((IPEndPoint)server.LocalEndPoint!);
        Console.WriteLine($"attempt {attempt}: connected");
    }
    catch (PoolSocketException e)
    {
        Console.WriteLine($"attempt {attempt}: {e.Errno}. {e.Hint}");
        server.Listen();
    }
}

return socket.State == SocketPools.Diagnostics.SocketState.Connected ? 0 : 1;
