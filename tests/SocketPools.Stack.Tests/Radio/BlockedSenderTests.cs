using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>A thread that sends more than the peer takes, and one that reads: whatever was left to the blocked one arrives.</summary>
public sealed class BlockedSenderTests
{
    private const int Length = 4_000_000;

    [Theory(Timeout = 240_000)]
    [InlineData(LinkOffloads.NoChecksums, null)]
    [InlineData(LinkOffloads.NoChecksums | LinkOffloads.Segmentation, null)]
    [InlineData(LinkOffloads.None, null)]
    [InlineData(LinkOffloads.NoChecksums, 0.0005)] // waits that end before there is room
    [InlineData(LinkOffloads.NoChecksums, 0.0)]
    public async Task Everything_arrives(LinkOffloads offloads, double? timeout)
    {
        using LinkPair cable = LinkPair.Create(new LinkPairOptions { Offloads = offloads });
        using StackRadio near = Station(cable.A, "192.0.2.1");
        using StackRadio far = Station(cable.B, "192.0.2.2");
        using SocketPool nearPool = SocketPool.For(near);
        using SocketPool farPool = SocketPool.For(far);
        using PoolSocket listener = farPool.CreateSocket();
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, 40_000);
        listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 0));
        listener.Listen(1);
        using PoolSocket sender = nearPool.CreateSocket();
        sender.Connect(listener.LocalEndPoint);
        using PoolSocket receiver = listener.Accept();
        sender.SetTimeout(timeout);
        byte[] sent = new byte[Length];
        new Random(1).NextBytes(sent);
        Task sending = Task.Factory.StartNew(() => SendAll(sender, sent), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        byte[] received = await Task.Factory.StartNew(() => ReceiveAll(receiver), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received), "What arrived is not what was sent.");
    }

    private static StackRadio Station(LinkPairEnd end, string address)
    {
        StackRadio radio = new();
        radio.AddInterface(end).AddAddress(IPAddress.Parse(address), 24);
        return radio;
    }

    private static void SendAll(PoolSocket socket, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            try
            {
                sent += socket.Send(bytes.AsSpan(sent, Math.Min(bytes.Length - sent, 50_000)));
            }
            catch (SocketException full) when (full.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                Thread.Yield();
            }
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static byte[] ReceiveAll(PoolSocket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[70_000];
        for (int count; (count = socket.ReceiveInto(buffer)) > 0;)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }
}
