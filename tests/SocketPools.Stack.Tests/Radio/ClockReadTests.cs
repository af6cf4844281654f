using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>A look at the clock costs as much as a good part of a packet: one is enough for each batch of packets and each call.</summary>
public sealed class ClockReadTests
{
    private const int Exchanges = 500;

    [Theory(Timeout = 240_000)]
    [InlineData(SocketType.Dgram, false, 1)] // the identification of the packet
    [InlineData(SocketType.Stream, true, 1)] // the call that sends, with what follows on both stacks
    [InlineData(SocketType.Stream, false, 2)] // and the call that receives, which acknowledges
    public async Task An_exchange_of_64_bytes_looks_at_the_clock_once_a_step(SocketType type, bool delaysReadAcks, int most)
    {
        await Task.Yield();
        CountingClock clock = new();
        LinkPair cable = LinkPair.Create();
        using StackRadio near = Station(cable.A, "192.0.2.1", clock, delaysReadAcks);
        using StackRadio far = Station(cable.B, "192.0.2.2", clock, delaysReadAcks);
        using SocketPool nearPool = SocketPool.For(near);
        using SocketPool farPool = SocketPool.For(far);
        using PoolSocket receiver = farPool.CreateSocket(type: type);
        using PoolSocket sender = nearPool.CreateSocket(type: type);
        receiver.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0));
        if (type == SocketType.Stream)
        {
            receiver.Listen(1);

            // With Nagle's algorithm a message waits once for a timer: whether the peer waits for acknowledgments is tried.
            sender.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        }

        sender.Connect(receiver.LocalEndPoint);
        using PoolSocket peer = type == SocketType.Stream ? receiver.Accept() : receiver;
        byte[] buffer = new byte[64];
        Exchange(sender, peer, buffer); // finds the neighbour
        long before = clock.Reads;
        for (int i = 0; i < Exchanges; i++)
        {
            Exchange(sender, peer, buffer);
        }

        double reads = (clock.Reads - before) / (double)Exchanges;
        Assert.InRange(reads, 0, most + 0.5);
    }

    private static StackRadio Station(LinkPairEnd end, string address, TimeProvider clock, bool delaysReadAcks)
    {
        StackRadio radio = new(new StackOptions { Seed = 1, TimeProvider = clock, Tcp = new TcpOptions { DelayReadAcks = delaysReadAcks } });
        radio.AddInterface(end).AddAddress(IPAddress.Parse(address), 24);
        return radio;
    }

    private static void Exchange(PoolSocket sender, PoolSocket receiver, byte[] buffer)
    {
        Assert.Equal(buffer.Length, sender.Send(buffer));
        Assert.Equal(buffer.Length, receiver.ReceiveInto(buffer));
    }

    private sealed class CountingClock : TimeProvider
    {
        private long _reads;

        internal long Reads => Interlocked.Read(ref _reads);

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _reads);
            return base.GetTimestamp();
        }

        // Timers on other threads would look as well, and more often on a busy machine.
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new SilentTimer();
    }

    private sealed class SilentTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
