using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Stack;

/// <summary>One connection to a <see cref="KernelPeer"/> that carries as much as it can in one direction.</summary>
internal static class Flow
{
    internal const int Block = 131072;

    /// <summary>Bytes of a message that goes there and back.</summary>
    internal const int Message = 64;

    /// <summary>Bytes of a datagram.</summary>
    internal const int Datagram = 1200;

    /// <summary>Bytes of the datagrams that are sent together.</summary>
    internal const int Train = 48 * Datagram;

    private const int TimeoutSeconds = 10;

    // The buffer of the kernel's socket holds so many.
    private const int TrainsUnderWay = 2;

    internal static Turn Run(SocketPool pool, IPEndPoint server, bool isSending, TimeSpan slice)
    {
        using PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(TimeoutSeconds);
        socket.Connect(server);
        socket.SendAll([isSending ? KernelPeer.Sink : KernelPeer.Source]);
        byte[] block = new byte[Block];
        Turn turn = Turn.Of(slice, Block, () => isSending ? Send(socket, block) : Receive(socket, block));
        if (isSending)
        {
            // All of it has to arrive.
            socket.Shutdown(SocketShutdown.Send);
            Need(socket.ReceiveInto(block) == 0);
        }

        return turn;
    }

    /// <summary>One message at a time, to the peer and back.</summary>
    internal static Turn Exchange(SocketPool pool, IPEndPoint server, TimeSpan slice)
    {
        using PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(TimeoutSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1);
        socket.Connect(server);
        socket.SendAll([KernelPeer.Echo]);
        byte[] message = new byte[Message];
        return Turn.Of(slice, Message, () =>
        {
            socket.SendAll(message);
            for (int count = 0; count < Message;)
            {
                int received = socket.ReceiveInto(message.AsSpan(count));
                Need(received > 0);
                count += received;
            }

            return Message;
        });
    }

    /// <summary>Datagrams that are sent together, while the peer answers for those that have come: none is lost.</summary>
    internal static Turn SendDatagrams(SocketPool pool, IPEndPoint server, TimeSpan slice)
    {
        using PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(TimeoutSeconds);
        socket.Connect(server);
        socket.SendAll([KernelPeer.Datagrams]);
        byte[] answer = new byte[sizeof(ushort)];
        Need(socket.ReceiveInto(answer) == answer.Length);
        using PoolSocket datagrams = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        datagrams.SetTimeout(TimeoutSeconds);
        datagrams.Connect(new IPEndPoint(server.Address, BinaryPrimitives.ReadUInt16BigEndian(answer)));
        byte[] train = new byte[Train];
        int underWay = 0;
        return Turn.Of(slice, Train, () =>
        {
            if (underWay == TrainsUnderWay)
            {
                Need(socket.ReceiveInto(answer.AsSpan(0, 1)) == 1);
                underWay--;
            }

            Need(datagrams.SendSegments(train, Datagram) == Train);
            underWay++;
            return Train;
        });
    }

    // What waits in our buffer at the end waited there at the beginning, too: the buffer is full all the time.
    private static long Send(PoolSocket socket, byte[] block)
    {
        socket.SendAll(block);
        return block.Length;
    }

    private static long Receive(PoolSocket socket, byte[] block)
    {
        int received = socket.ReceiveInto(block);
        Need(received > 0);
        return received;
    }

    private static void Need(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException("The stream has ended where it should go on, or goes on behind its end.");
        }
    }
}
