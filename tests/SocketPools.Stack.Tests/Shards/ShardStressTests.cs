using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Shards;

/// <summary>
/// Many threads on many connections of two stacks with several shards: what arrives is what was sent, whatever else is done at the same time.
/// <c>SOCKETPOOL_SHARD_SEED</c> repeats one run, <c>SOCKETPOOL_SHARD_ROUNDS</c> makes it longer.
/// </summary>
[Collection(Alone.Name)]
public sealed class ShardStressTests
{
    private const int Threads = 6;
    private const int MaxBytes = 200_000;

    private static readonly int s_rounds = int.Parse(Environment.GetEnvironmentVariable("SOCKETPOOL_SHARD_ROUNDS") ?? "12", System.Globalization.CultureInfo.InvariantCulture);

    private enum Ending
    {
        InOrder,
        NearCloses,
        FarCloses,
        NearAborts,
        FarAborts,
        BothClose,
    }

    [Theory(Timeout = 240_000)]
    [InlineData(ShardAddresses.IPv4, LinkOffloads.NoChecksums)]
    [InlineData(ShardAddresses.IPv4, LinkOffloads.NoChecksums | LinkOffloads.Segmentation)]
    [InlineData(ShardAddresses.IPv4, LinkOffloads.None)]
    [InlineData(ShardAddresses.IPv6, LinkOffloads.NoChecksums)]
    [InlineData(ShardAddresses.IPv6, LinkOffloads.NoChecksums | LinkOffloads.Segmentation)]
    [InlineData(ShardAddresses.IPv6, LinkOffloads.None)]
    [InlineData(ShardAddresses.Mapped, LinkOffloads.NoChecksums)]
    [InlineData(ShardAddresses.Loopback, LinkOffloads.NoChecksums)]
    [InlineData(ShardAddresses.LoopbackIPv6, LinkOffloads.NoChecksums)]
    public async Task Connections_of_many_threads_carry_what_is_sent_and_end_in_all_orders(ShardAddresses addresses, LinkOffloads offloads)
    {
        int seed = Seed();
        using ShardWorld world = new(offloads: offloads, addresses: addresses);
        _ = world.ConnectSpread(4);
        bool isOver = false;
        Task watching = Task.Factory.StartNew(() => Watch(world, ref isOver), TaskCreationOptions.LongRunning);
        Task datagrams = Task.Factory.StartNew(() => SendDatagrams(world, ref isOver), TaskCreationOptions.LongRunning);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(() => Work(world, new Random(seed + i)), TaskCreationOptions.LongRunning)));
        }
        catch (Exception e)
        {
            Assert.Fail($"Seed {seed}: {e}");
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            await Task.WhenAll(watching, datagrams);
        }

        Assert.False(world.Near.Network.Shards.IsSingle);
        Assert.False(world.Far.Network.Shards.IsSingle);
    }

    [Theory(Timeout = 240_000)]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    [InlineData(ShardAddresses.Loopback)]
    public async Task A_stack_may_be_disposed_while_threads_send_and_receive(ShardAddresses addresses)
    {
        int seed = Seed();
        Random random = new(seed);
        for (int round = 0; round < s_rounds; round++)
        {
            using ShardWorld world = new(addresses: addresses);
            (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(Threads);
            using CountdownEvent isGoing = new(Threads);
            Task[] threads = [.. all.Select(ends => Task.Factory.StartNew(() => SendUntilItFails(ends, isGoing), TaskCreationOptions.LongRunning))];
            isGoing.Wait(TestContext.Current.CancellationToken);
            (StackRadio first, StackRadio second) = random.Next(2) == 0 ? (world.Near, world.Far) : (world.Far, world.Near);
            first.Dispose();
            if (random.Next(2) == 0)
            {
                second.Dispose();
            }

            // What is still open is closed by the pools.
            world.NearPool.Dispose();
            world.FarPool.Dispose();
            await Task.WhenAll(threads);
        }
    }

    /// <summary>More than the shards remember, and each is found in its shard: the gate is not needed.</summary>
    [Theory(Timeout = 240_000)]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    public async Task Hundreds_of_connections_are_all_found_in_their_shards(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses, medium: LinkMedium.IP);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(600);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(
            () => Array.ForEach([.. all.Where((_, index) => index % Threads == i)], ShardWorld.Exchange), TaskCreationOptions.LongRunning)));

        // A thread that has the lock of the first shard stops everybody who needs the gate, and nobody else.
        using (world.Near.Network.Shards.Main.EnterScope())
        using (world.Far.Network.Shards.Main.EnterScope())
        {
            (PoolSocket Near, PoolSocket Far)[] others = [.. all.Where(ends => ShardOf(world.Near, ends.Near) > 0)];
            Assert.InRange(others.Length, 300, 500);
            Exception? failure = null;
            Thread thread = new(() => failure = Record.Exception(() => Array.ForEach(others, ShardWorld.Exchange)));
            thread.Start();
            thread.Join();
            Assert.Null(failure);
        }
    }

    /// <summary>Ports, places in the tables and what is counted of them, when threads open and close as fast as they can.</summary>
    [Theory(Timeout = 240_000)]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    [InlineData(ShardAddresses.Loopback)]
    public async Task Threads_that_open_connections_at_once_get_ports_of_their_own(ShardAddresses addresses)
    {
        int seed = Seed();
        using ShardWorld world = new(addresses: addresses);
        _ = world.ConnectSpread(4);
        int count = world.Near.Tcp.ConnectionCount;
        using Barrier together = new(Threads);
        ConcurrentBag<PoolSocket> opened = [];
        Task accepting = Task.Factory.StartNew(() => Accept(world, Threads * s_rounds * 4), TaskCreationOptions.LongRunning);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(() => Open(world, together, new Random(seed + i), opened), TaskCreationOptions.LongRunning)));
        await accepting;
        int[] ports = [.. opened.Select(socket => socket.LocalEndPoint.Port)];
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.True(world.Near.Tcp.ConnectionCount >= count + ports.Length);
        ShardWorld.CheckCounts(world.Near);
        ShardWorld.CheckCounts(world.Far);
    }

    /// <summary>A clock of the program's with more than one shard, which it has to ask for.</summary>
    [Fact(Timeout = 240_000)]
    public async Task Threads_on_a_clock_of_the_program_s_may_have_shards_too()
    {
        int seed = Seed();
        using ShardWorld world = new(clock: new OwnClock());
        _ = world.ConnectSpread(4);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(() => Work(world, new Random(seed + i)), TaskCreationOptions.LongRunning)));
        Assert.False(world.Near.Network.Shards.IsSingle);
    }

    private static int ShardOf(StackRadio radio, PoolSocket socket)
    {
        int port = socket.LocalEndPoint.Port;
        return radio.Tcp.Connections.First(connection => connection.LocalPort == port).Shard.Index;
    }

    // Each connection carries something; half of them stay.
    private static void Open(ShardWorld world, Barrier together, Random random, ConcurrentBag<PoolSocket> opened)
    {
        byte[] buffer = new byte[1];
        together.SignalAndWait();
        for (int i = 0; i < s_rounds * 4; i++)
        {
            PoolSocket socket = world.NearPool.CreateSocket(world.Family);
            socket.SetTimeout(200);
            socket.Connect(new IPEndPoint(world.Peer, 80));
            socket.SendAll("x"u8);
            Assert.Equal(1, socket.ReceiveInto(buffer));
            if (random.Next(2) == 0)
            {
                opened.Add(socket);
            }
            else
            {
                socket.Close();
            }
        }
    }

    private static void Accept(ShardWorld world, int count)
    {
        byte[] buffer = new byte[1];
        for (int i = 0; i < count; i++)
        {
            PoolSocket accepted = world.Listener.Accept();
            accepted.SetTimeout(200);
            Assert.Equal(1, accepted.ReceiveInto(buffer));
            accepted.SendAll(buffer);
        }
    }

    private static int Seed()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SOCKETPOOL_SHARD_SEED"), out int asked) ? asked : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"SOCKETPOOL_SHARD_SEED={seed}");
        return seed;
    }

    private static void Work(ShardWorld world, Random random)
    {
        for (int round = 0; round < s_rounds; round++)
        {
            (PoolSocket near, PoolSocket far) = world.Connect();
            byte key = (byte)random.Next(256);
            int there = random.Next(MaxBytes);
            int back = random.Next(MaxBytes);
            if (random.Next(2) == 0)
            {
                // One thread at both ends.
                CarryAlone(near, far, key, there, random);
                CarryAlone(far, near, (byte)~key, back, random);
            }
            else
            {
                CarryByTwo(near, far, key, there, random.Next());
                CarryByTwo(far, near, (byte)~key, back, random.Next());
            }

            End(near, far, (Ending)random.Next(6));
        }
    }

    private static void CarryAlone(PoolSocket from, PoolSocket to, byte key, int count, Random random)
    {
        byte[] buffer = new byte[65536];
        int sent = 0;
        int received = 0;
        from.SetTimeout(0);
        while (received < count)
        {
            int length = Math.Min(random.Next(1, buffer.Length), count - sent);
            if (length > 0 && TrySend(from, Text(buffer, key, sent, length)) is var more and > 0)
            {
                sent += more;
            }

            received += Check(buffer, to.ReceiveInto(buffer.AsSpan(0, random.Next(1, buffer.Length))), key, received);
        }

        from.SetTimeout(200);
    }

    private static void CarryByTwo(PoolSocket from, PoolSocket to, byte key, int count, int seed)
    {
        Thread sender = new(() =>
        {
            Random random = new(seed);
            byte[] buffer = new byte[65536];
            for (int sent = 0; sent < count;)
            {
                int length = Math.Min(random.Next(1, buffer.Length), count - sent);
                from.SendAll(Text(buffer, key, sent, length));
                sent += length;
            }
        });
        sender.Start();
        byte[] incoming = new byte[40_000];
        for (int received = 0; received < count;)
        {
            received += Check(incoming, to.ReceiveInto(incoming), key, received);
        }

        sender.Join();
    }

    /// <summary>The system's time, which the stack does not know.</summary>
    private sealed class OwnClock : TimeProvider;

    private static int TrySend(PoolSocket socket, ReadOnlySpan<byte> text)
    {
        try
        {
            return socket.Send(text);
        }
        catch (PoolSocketException e) when (e.Errno == Errno.EAGAIN)
        {
            return 0;
        }
    }

    private static ReadOnlySpan<byte> Text(byte[] buffer, byte key, int position, int length)
    {
        for (int i = 0; i < length; i++)
        {
            buffer[i] = (byte)(key + ((position + i) * 7) + ((position + i) >> 8));
        }

        return buffer.AsSpan(0, length);
    }

    private static int Check(byte[] buffer, int length, byte key, int position)
    {
        Assert.True(length > 0, $"The stream has ended at {position}.");
        for (int i = 0; i < length; i++)
        {
            if (buffer[i] != (byte)(key + ((position + i) * 7) + ((position + i) >> 8)))
            {
                Assert.Fail($"Another byte at {position + i}.");
            }
        }

        return length;
    }

    private static void End(PoolSocket near, PoolSocket far, Ending ending)
    {
        byte[] buffer = new byte[1];
        switch (ending)
        {
            case Ending.InOrder:
                near.Shutdown(SocketShutdown.Send);
                Assert.Equal(0, far.ReceiveInto(buffer));
                far.Shutdown(SocketShutdown.Send);
                Assert.Equal(0, near.ReceiveInto(buffer));
                break;
            case Ending.NearCloses:
                near.Close();
                Assert.Equal(0, far.ReceiveInto(buffer));
                break;
            case Ending.FarCloses:
                far.Close();
                Assert.Equal(0, near.ReceiveInto(buffer));
                break;
            case Ending.NearAborts:
                Abort(near, far);
                break;
            case Ending.FarAborts:
                Abort(far, near);
                break;
            case Ending.BothClose:
                Thread other = new(far.Close);
                other.Start();
                near.Close();
                other.Join();
                break;
        }

        near.Close();
        far.Close();
    }

    private static void Abort(PoolSocket one, PoolSocket other)
    {
        one.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
        one.Close();
        Assert.Equal(Errno.ECONNRESET, Assert.Throws<PoolSocketException>(() => other.ReceiveInto(new byte[1])).Errno);
    }

    private static void SendUntilItFails((PoolSocket Near, PoolSocket Far) ends, CountdownEvent isGoing)
    {
        byte[] buffer = new byte[30_000];
        try
        {
            for (int i = 0; ; i++)
            {
                ends.Near.SendAll(buffer);
                for (int received = 0; received < buffer.Length;)
                {
                    int more = ends.Far.ReceiveInto(buffer);
                    if (more == 0)
                    {
                        return;
                    }

                    received += more;
                }

                if (i == 3)
                {
                    isGoing.Signal();
                }
            }
        }
        catch (Exception e) when (e is PoolSocketException or ObjectDisposedException)
        {
        }
    }

    private static void Watch(ShardWorld world, ref bool isOver)
    {
        while (!Volatile.Read(ref isOver))
        {
            Assert.NotEmpty(world.Near.GetSnapshot().ToString());
            Assert.NotEmpty(world.Far.GetSnapshot().ToJson());
            Assert.NotEmpty(world.NearPool.Dump());
        }
    }

    // They need the gate, and leave by the first shard.
    private static void SendDatagrams(ShardWorld world, ref bool isOver)
    {
        using PoolSocket near = world.NearPool.CreateSocket(world.Family, SocketType.Dgram);
        using PoolSocket far = world.FarPool.CreateSocket(world.Family, SocketType.Dgram);
        far.SetTimeout(200);
        IPEndPoint peer = new(world.Peer, 9);
        far.Bind(peer);
        byte[] buffer = new byte[100];
        while (!Volatile.Read(ref isOver))
        {
            near.SendTo(buffer, peer);
            Assert.Equal(100, far.ReceiveFromInto(buffer, out _));
        }
    }
}
