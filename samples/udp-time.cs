#:project ../src/SocketPools/SocketPools.csproj

// The time protocol over UDP (RFC 868): an empty datagram asks, four bytes answer the seconds since 1900.
//
//   dotnet run samples/udp-time.cs                   server and client, on loopback
//   dotnet run samples/udp-time.cs -- serve 3737     the server, until Ctrl-C
//   dotnet run samples/udp-time.cs -- HOST 3737      the client

using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using SocketPools;
using SocketPools.Radios;

DateTimeOffset epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
using SocketPool pool = SocketPool.For(HostNetwork.Default);
switch (args)
{
    case ["serve", string port]:
        using (PoolSocket server = Bind("", int.Parse(port, CultureInfo.InvariantCulture)))
        {
            Console.WriteLine($"answering at {server.LocalEndPoint}");
            while (true)
            {
                AnswerOne(server);
            }
        }

    case [string host, string port]:
        Console.WriteLine($"{Ask(host, int.Parse(port, CultureInfo.InvariantCulture)):u}");
        break;

    default:
        using (PoolSocket server = Bind("127.0.0.1", 0))
        {
            Thread thread = new(() => AnswerOne(server));
            thread.Start();
            Console.WriteLine($"{Ask("127.0.0.1", server.LocalEndPoint.Port):u}");
            thread.Join();
        }

        pool.AssertNoLeaks();
        break;
}

PoolSocket Bind(string host, int port)
{
    PoolSocket server = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
    server.Bind(host, port);
    return server;
}

void AnswerOne(PoolSocket server)
{
    Span<byte> answer = stackalloc byte[4];
    server.ReceiveFromInto(answer, out IPSocketAddress client);
    BinaryPrimitives.WriteUInt32BigEndian(answer, (uint)(DateTimeOffset.UtcNow - epoch).TotalSeconds);
    server.SendTo(answer, client);
}

DateTimeOffset Ask(string host, int port)
{
    using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
    socket.SetTimeout(5);
    socket.Connect(host, port);
    socket.Send([]);
    Span<byte> answer = stackalloc byte[4];
    return socket.ReceiveInto(answer) == 4
        ? epoch.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(answer))
        : throw new InvalidDataException("The server sent no time.");
}
