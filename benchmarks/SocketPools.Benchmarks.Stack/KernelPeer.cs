using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

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

    /// <summary>
    /// The first byte of a connection: the server names a port of UDP in two bytes, and answers with a byte for each
    /// <see cref="Flow.Train"/> bytes that have come there.
    /// </summary>
    internal const byte Datagrams = (byte)'D';

    internal static int Run()
    {
        SocketPool pool = SocketPool.For(HostNetwork.Default);
        using PoolSocket listener = pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(4);
        Console.WriteLine(listener.LocalEndPoint.Port.ToString(CultureInfo.InvariantCulture));
        new Thread(() => Accept(pool, listener)) { IsBackground = true }.Start();
        while (Console.ReadLine() is { } line)
        {
            // ADDRESS PORT send|receive|message|datagrams MILLISECONDS
            string[] words = line.Split(' ');
            IPEndPoint server = new(IPAddress.Parse(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
            TimeSpan slice = TimeSpan.FromMilliseconds(int.Parse(words[3], CultureInfo.InvariantCulture));
            Turn turn = words[2] switch
            {
                "message" => Flow.Exchange(pool, server, slice),
                "datagrams" => Flow.SendDatagrams(pool, server, slice),
                _ => Flow.Run(pool, server, words[2] == "send", slice),
            };
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{turn.Operations} {turn.Bytes} {turn.Time.Ticks}"));
        }

        return 0;
    }

    private static void Accept(SocketPool pool, PoolSocket listener)
    {
        while (true)
        {
            PoolSocket socket = listener.Accept();
            new Thread(() => Serve(pool, socket)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(SocketPool pool, PoolSocket socket)
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
                else if (first == Datagrams)
                {
                    CountDatagrams(pool, socket);
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

    private static void CountDatagrams(SocketPool pool, PoolSocket socket)
    {
        using PoolSocket datagrams = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        datagrams.Bind(new IPEndPoint(IPAddress.Any, 0));
        datagrams.SetTimeout(1); // the client has ended
        datagrams.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, 1 << 20);
        byte[] name = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(name, (ushort)datagrams.LocalEndPoint.Port);
        socket.SendAll(name);
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        long count = 0;
        while (true)
        {
            count += datagrams.ReceiveSegmentsInto(buffer, out _, out _);
            for (; count >= Flow.Train; count -= Flow.Train)
            {
                socket.SendAll(buffer.AsSpan(0, 1));
            }
        }
    }
}
