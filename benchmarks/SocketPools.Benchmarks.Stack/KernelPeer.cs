using System.Globalization;
using System.Net;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// The kernel's end of connections, a process of its own in a namespace. It serves whoever connects, and is a client when it is told to
/// be one, by lines on stdin. It ends with its stdin.
/// </summary>
internal static class KernelPeer
{
    /// <summary>The first byte of a connection: the server receives until the end, and then ends, too.</summary>
    internal const byte Sink = (byte)'S';

    /// <summary>The first byte of a connection: the server sends until the other end has had enough.</summary>
    internal const byte Source = (byte)'G';

    /// <summary>The first byte of a connection: the server sends each message of <see cref="Flow.Message"/> bytes back.</summary>
    internal const byte Echo = (byte)'E';

    internal static int Run()
    {
        SocketPool pool = SocketPool.For(HostNetwork.Default);
        using PoolSocket listener = pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(4);
        Console.WriteLine(listener.LocalEndPoint.Port.ToString(CultureInfo.InvariantCulture));
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
        while (Console.ReadLine() is { } line)
        {
            // ADDRESS PORT send|receive|message MILLISECONDS
            string[] words = line.Split(' ');
            IPEndPoint server = new(IPAddress.Parse(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
            TimeSpan slice = TimeSpan.FromMilliseconds(int.Parse(words[3], CultureInfo.InvariantCulture));
            Turn turn = words[2] == "message" ? Flow.Exchange(pool, server, slice) : Flow.Run(pool, server, words[2] == "send", slice);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{turn.Operations} {turn.Bytes} {turn.Time.Ticks}"));
        }

        return 0;
    }

    private static void Accept(PoolSocket listener)
    {
        while (true)
        {
            PoolSocket socket = listener.Accept();
            new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(PoolSocket socket)
    {
        using (socket)
        {
            byte[] block = new byte[Flow.Block];
            try
            {
                int first = socket.ReceiveInto(block.AsSpan(0, 1)) == 1 ? block[0] : 0;
                if (first == Echo)
                {
                    while (socket.ReceiveInto(block) is int count and > 0)
                    {
                        socket.SendAll(block.AsSpan(0, count));
                    }
                }
                else if (first == Sink)
                {
                    while (socket.ReceiveInto(block) > 0)
                    {
                    }
                }
                else
                {
                    while (true)
                    {
                        socket.SendAll(block);
                    }
                }
            }
            catch (PoolSocketException)
            {
                // The client has had enough.
            }
        }
    }
}
