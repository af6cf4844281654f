#:project ../src/SocketPools/SocketPools.csproj

// A TCP echo server (RFC 862) and a client of it.
//
//   dotnet run samples/tcp-echo.cs                       both, on loopback
//   dotnet run samples/tcp-echo.cs -- serve 7007         the server, until Ctrl-C
//   dotnet run samples/tcp-echo.cs -- HOST 7007 hello    the client

using System.Globalization;
using System.Net;
using System.Text;
using SocketPools;
using SocketPools.Radios;

using SocketPool pool = SocketPool.For(HostNetwork.Default);
switch (args)
{
    case ["serve", string port]:
        using (PoolSocket listener = Listen("", int.Parse(port, CultureInfo.InvariantCulture)))
        {
            Console.WriteLine($"listening at {listener.LocalEndPoint}");
            while (true)
            {
                ServeOne(listener);
            }
        }

    case [string host, string port, string text]:
        Console.WriteLine(Echo(host, int.Parse(port, CultureInfo.InvariantCulture), text));
        break;

    default:
        using (PoolSocket listener = Listen("127.0.0.1", 0))
        {
            Thread server = new(() => ServeOne(listener));
            server.Start();
            IPEndPoint local = listener.LocalEndPoint;
            Console.WriteLine(Echo(local.Address.ToString(), local.Port, "hello from a pool"));
            server.Join();
        }

        pool.AssertNoLeaks();
        break;
}

PoolSocket Listen(string host, int port)
{
    PoolSocket listener = pool.CreateSocket();
    listener.SetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, System.Net.Sockets.SocketOptionName.ReuseAddress, true);
    listener.Bind(host, port);
    listener.Listen();
    return listener;
}

static void ServeOne(PoolSocket listener)
{
    using PoolSocket client = listener.Accept(out IPSocketAddress peer);
    client.SetTimeout(30);
    byte[] buffer = new byte[1024];
    try
    {
        int count;
        while ((count = client.ReceiveInto(buffer)) > 0)
        {
            client.SendAll(buffer.AsSpan(0, count));
        }
    }
    catch (PoolSocketException e)
    {
        Console.Error.WriteLine($"{peer}: {e.Message}");
    }
}

string Echo(string host, int port, string text)
{
    using PoolSocket socket = pool.CreateSocket();
    socket.SetTimeout(5);
    socket.Connect(host, port);
    byte[] sent = Encoding.UTF8.GetBytes(text);
    socket.SendAll(sent);
    byte[] answer = new byte[sent.Length];
    for (int received = 0; received < answer.Length;)
    {
        int count = socket.ReceiveInto(answer.AsSpan(received));
        if (count == 0)
        {
            throw new EndOfStreamException("The server closed the connection early.");
        }

        received += count;
    }

    return Encoding.UTF8.GetString(answer);
}
