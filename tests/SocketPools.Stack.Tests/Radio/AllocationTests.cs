using System.Net;
using System.Net.Sockets;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Bytes go through two whole stacks, sockets, links and all, and nothing is allocated for a packet.</summary>
[Collection(nameof(Links.LinkTests))]
public sealed class AllocationTests
{
    // Queues grow until they are as long as they need to be, and the compiler has its say meanwhile.
    private const int MostRounds = 20;
    private const int PerRound = 200;

    [Theory]
    [InlineData(SocketType.Stream, 64, "192.0.2.1", "192.0.2.2", 24)]
    [InlineData(SocketType.Stream, 65536, "192.0.2.1", "192.0.2.2", 24)]
    [InlineData(SocketType.Stream, 65536, "2001:db8::1", "2001:db8::2", 64)]
    [InlineData(SocketType.Dgram, 64, "192.0.2.1", "192.0.2.2", 24)]
    [InlineData(SocketType.Dgram, 9000, "192.0.2.1", "192.0.2.2", 24)]
    [InlineData(SocketType.Dgram, 9000, "2001:db8::1", "2001:db8::2", 64)]
    public void A_packet_costs_no_allocation(SocketType type, int length, string near, string far, int prefixLength)
    {
        using StackPair pair = new(near, far, prefixLength);
        using SocketPool nearPool = SocketPool.For(pair.Near);
        using SocketPool farPool = SocketPool.For(pair.Far);
        using PoolSocket receiver = farPool.CreateSocket(pair.Radios.FarAddress.AddressFamily, type);
        using PoolSocket sender = nearPool.CreateSocket(pair.Radios.FarAddress.AddressFamily, type);
        receiver.Bind(new IPEndPoint(pair.Radios.FarAddress, 0));
        if (type == SocketType.Stream)
        {
            receiver.Listen(1);
        }

        sender.Connect(receiver.LocalEndPoint);
        using PoolSocket peer = type == SocketType.Stream ? receiver.Accept() : receiver;
        peer.SetTimeout(10);
        byte[] buffer = new byte[length];
        long allocated = long.MaxValue;
        for (int round = 0; round < MostRounds && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(sender, peer, buffer);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static void Exchange(PoolSocket sender, PoolSocket receiver, byte[] buffer)
    {
        for (int i = 0; i < PerRound; i++)
        {
            for (int sent = 0; sent < buffer.Length;)
            {
                sent += sender.Send(buffer.AsSpan(sent));
            }

            for (int received = 0; received < buffer.Length;)
            {
                received += receiver.ReceiveInto(buffer.AsSpan(received));
            }
        }
    }
}
