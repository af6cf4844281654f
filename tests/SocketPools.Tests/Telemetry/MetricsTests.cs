using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Tests.Telemetry;

public sealed class MetricsTests
{
    public static TheoryData<AddressFamily, string> Families => new()
    {
        { AddressFamily.InterNetwork, "network.type=ipv4" },
        { AddressFamily.InterNetworkV6, "network.type=ipv6" },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void Sockets_are_counted_when_they_are_made_accepted_and_closed(AddressFamily family, string type)
    {
        NamedRadio radio = new(maxSockets: 8);
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        PoolSocket udp = pool.Udp(family);
        Assert.Equal(3, readings.Sum("socketpool.socket.opened", "network.transport=tcp", type));
        Assert.Equal(1, readings.Sum("socketpool.socket.opened", "network.transport=udp", type));
        client.Close();
        server.Close();
        client.Close();
        readings.ReadGauges();
        Assert.Equal([1], readings.Of("socketpool.socket.count"));
        Assert.Equal([8], readings.Of("socketpool.socket.limit"));
        Assert.Equal([3], readings.Of("socketpool.socket.high_water"));
        Assert.Equal(3, readings.Sum("socketpool.socket.closed", "socketpool.close.reason=closed", "network.transport=tcp", type));
        pool.Dispose();
        Assert.Equal(1, readings.Sum("socketpool.socket.closed", "socketpool.close.reason=pool_disposed", "network.transport=udp", type));
        Assert.Equal(readings.Sum("socketpool.socket.opened"), readings.Sum("socketpool.socket.closed"));
        GC.KeepAlive(udp);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Bytes_are_counted_by_direction_in_every_call(AddressFamily family, string type)
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        byte[] buffer = new byte[100];
        client.Send(buffer.AsSpan(0, 1));
        client.SendAll(buffer.AsSpan(0, 2));
        await client.SendAsync(buffer.AsMemory(0, 4));
        await client.SendAllAsync(buffer.AsMemory(0, 8));
        await client.SendAllAsync(TwoPieces(buffer.AsMemory(0, 16)));
        Assert.Equal(31, readings.Sum("socketpool.network.io", "network.io.direction=transmit", "network.transport=tcp", type));
        Assert.Equal(1, server.ReceiveInto(buffer, 1));
        Assert.Equal(2, server.ReceiveFromInto(buffer, 2, out _));
        Assert.Equal(4, await server.ReceiveIntoAsync(buffer, 4));
        Assert.Equal(24, (await server.ReceiveFromIntoAsync(buffer)).Count);
        Assert.Equal(31, readings.Sum("socketpool.network.io", "network.io.direction=receive", "network.transport=tcp", type));

        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        one.SendTo(buffer.AsSpan(0, 10), two.LocalEndPoint);
        await one.SendToAsync(buffer.AsMemory(0, 20), two.LocalEndPoint);
        Assert.Equal(10, two.ReceiveFromInto(buffer, out _));
        Assert.Equal(20, await two.ReceiveIntoAsync(buffer));
        Assert.Equal(30, readings.Sum("socketpool.network.io", "network.io.direction=transmit", "network.transport=udp", type));
        Assert.Equal(30, readings.Sum("socketpool.network.io", "network.io.direction=receive", "network.transport=udp", type));
    }

    [Fact]
    public async Task Bytes_are_counted_in_calls_that_had_to_wait_and_before_a_failure()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using MeterReadings readings = new(radio.Name);
        byte[] large = new byte[8 << 20];
        Task sending = client.SendAllAsync(large).AsTask();
        int received = 0;
        while (received < large.Length)
        {
            received += await server.ReceiveIntoAsync(large);
        }

        await sending;
        Assert.Equal(large.Length, readings.Sum("socketpool.network.io", "network.io.direction=transmit"));
        Assert.Equal(large.Length, readings.Sum("socketpool.network.io", "network.io.direction=receive"));

        client.SetTimeout(0.05);
        large = new byte[64 << 20]; // more than the kernel's buffers have grown to
        double before = readings.Sum("socketpool.network.io", "network.io.direction=transmit");
        Assert.Throws<PoolSocketException>(() => client.SendAll(large)); // nobody reads
        double sent = readings.Sum("socketpool.network.io", "network.io.direction=transmit") - before;
        Assert.InRange(sent, 1, large.Length - 1);
        client.Close();
        server.SetTimeout(5);
        int left = 0;
        for (int count; (count = server.ReceiveInto(large)) > 0;)
        {
            left += count;
        }

        Assert.Equal(sent, left);
    }

    [Fact]
    public void Bytes_are_counted_in_the_attempts_of_servers()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using MeterReadings readings = new(radio.Name);
        byte[] buffer = new byte[100];
        Assert.Equal(Errno.EAGAIN, server.TryReceive(buffer).Errno);
        Assert.Equal(60, client.TrySend(TwoPieces(buffer.AsMemory(0, 60))).Count);
        server.Poll(Readiness.Readable, TimeSpan.FromSeconds(5));
        Assert.Equal(60, server.TryReceive(buffer).Count);
        Assert.Equal(60, readings.Sum("socketpool.network.io", "network.io.direction=transmit"));
        Assert.Equal(60, readings.Sum("socketpool.network.io", "network.io.direction=receive"));
    }

    [Fact]
    public void A_refused_socket_is_counted()
    {
        NamedRadio radio = new(maxSockets: 1);
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        using PoolSocket only = pool.Pool.CreateSocket();
        Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        Assert.Equal(2, readings.Sum("socketpool.socket.exhausted"));
        Assert.Equal(1, readings.Sum("socketpool.socket.opened"));
    }

    [Fact]
    public async Task Every_reason_to_close_has_a_word()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        TaskCompletionSource leaked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pool.Pool.SocketLeaked += (_, _) => leaked.TrySetResult();
        MakeAndForget(pool.Pool);
        while (!leaked.Task.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(leaked.Task, Task.Delay(10));
        }

        using PoolSocket detached = pool.Pool.CreateSocket();
        using (detached.Detach())
        {
        }

        using PoolSocket cancelled = pool.Pool.CreateSocket();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await cancelled.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 9), new CancellationToken(canceled: true)));
        using PoolSocket stopped = pool.Pool.CreateSocket();
        pool.Pool.CloseSockets();
        using PoolSocket last = pool.Pool.CreateSocket();
        last.Close();
        using PoolSocket disposed = pool.Pool.CreateSocket();
        pool.Dispose();
        foreach (SocketCloseReason reason in Enum.GetValues<SocketCloseReason>())
        {
            Assert.Equal(1, readings.Sum("socketpool.socket.closed", $"socketpool.close.reason={SocketTags.WordOf(reason)}"));
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Connects_are_timed_and_failed_ones_say_why(AddressFamily family, string type)
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        using PoolSocket listener = pool.Listener(family);
        using PoolSocket sync = pool.Pool.CreateSocket(family);
        sync.Connect(listener.LocalEndPoint);
        using PoolSocket async = pool.Pool.CreateSocket(family);
        await async.ConnectAsync(listener.LocalEndPoint);
        double[] good = readings.Of("socketpool.connect.duration", "network.transport=tcp", type);
        Assert.Equal(2, good.Length);
        Assert.All(good, seconds => Assert.InRange(seconds, 1e-7, 60));

        EndPoint closed = ClosedPort(pool, family);
        using PoolSocket refused = pool.Pool.CreateSocket(family);
        Assert.Throws<PoolSocketException>(() => refused.Connect((IPEndPoint)closed));
        using PoolSocket refusedLater = pool.Pool.CreateSocket(family);
        await Assert.ThrowsAsync<PoolSocketException>(async () => await refusedLater.ConnectAsync((IPEndPoint)closed));
        Assert.Equal(2, readings.Of("socketpool.connect.duration", "error.type=connection_refused", type).Length);
        Assert.Equal(4, readings.Of("socketpool.connect.duration").Length);
    }

    [Fact]
    public async Task A_cancelled_connect_is_timed_as_such_and_one_that_goes_on_by_itself_is_not()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        using PoolSocket cancelled = pool.Pool.CreateSocket();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await cancelled.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 9), new CancellationToken(canceled: true)));
        Assert.Single(readings.Of("socketpool.connect.duration", "error.type=System.OperationCanceledException"));
        using PoolSocket listener = pool.Listener();
        using PoolSocket socket = pool.Pool.CreateSocket();
        socket.SetTimeout(0);
        PoolSocketException? goesOn = Record.Exception(() => socket.Connect(listener.LocalEndPoint)) as PoolSocketException;
        Assert.Equal(Errno.EINPROGRESS, goesOn?.Errno);
        Assert.Single(readings.Of("socketpool.connect.duration"));
    }

    [Fact]
    public async Task Lookups_of_names_are_timed_and_digits_are_none()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        pool.Pool.GetAddressInfo("127.0.0.1", 80);
        await pool.Pool.GetAddressInfoAsync("::1", 80);
        pool.Pool.GetAddressInfo(null, 80);
        Assert.Empty(readings.Of("socketpool.lookup.duration"));
        pool.Pool.GetAddressInfo("localhost", 80);
        await pool.Pool.GetAddressInfoAsync("localhost", 80);
        double[] good = readings.Of("socketpool.lookup.duration");
        Assert.Equal(2, good.Length);
        Assert.All(good, seconds => Assert.InRange(seconds, 1e-8, 60));

        radio.Answer = new AddressLookup(AddressInfoError.NoName);
        Assert.Throws<AddressInfoException>(() => pool.Pool.GetAddressInfo("nowhere.invalid", 80));
        radio.Answer = new AddressLookup(AddressInfoError.Again);
        await Assert.ThrowsAsync<AddressInfoException>(async () => await pool.Pool.GetAddressInfoAsync("nowhere.invalid", 80));
        radio.NeverAnswers = true;
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await pool.Pool.GetAddressInfoAsync("nowhere.invalid", 80, cancellationToken: soon.Token));
        Assert.Single(readings.Of("socketpool.lookup.duration", "error.type=host_not_found"));
        Assert.Single(readings.Of("socketpool.lookup.duration", "error.type=try_again"));
        Assert.Single(readings.Of("socketpool.lookup.duration", "error.type=System.OperationCanceledException"));
    }

    [Fact]
    public void Radios_of_the_same_name_are_told_together()
    {
        using TestPool one = new();
        using TestPool two = new();
        using PoolSocket first = one.Pool.CreateSocket();
        using PoolSocket second = two.Pool.CreateSocket();
        using MeterReadings readings = new("host");
        readings.ReadGauges();
        Assert.InRange(Assert.Single(readings.Of("socketpool.socket.count")), 2, double.MaxValue);
        Assert.InRange(Assert.Single(readings.Of("socketpool.socket.limit")), 256, double.MaxValue);
    }

    [Fact]
    public void Ping_and_raw_sockets_have_transports_of_their_own()
    {
        NamedRadio radio = new();
        using TestPool pool = new(radio);
        using MeterReadings readings = new(radio.Name);
        if (Record.Exception(() => pool.Pool.CreateSocket(type: SocketType.Raw, protocol: ProtocolType.Icmp)) is { } error)
        {
            Assert.Skip($"no raw and no ping sockets here: {error.Message}");
        }

        PoolSocket socket = pool.Pool.CreateSocket(type: SocketType.Raw, protocol: ProtocolType.Icmp);
        string transport = socket.Type == SocketType.Raw ? "raw" : "icmp";
        Assert.Equal(2, readings.Sum("socketpool.socket.opened", $"network.transport={transport}"));
    }

    internal static EndPoint ClosedPort(TestPool pool, AddressFamily family)
    {
        // A bound socket that does not listen refuses, and nobody else can take its port.
        PoolSocket bound = pool.Keep(pool.Pool.CreateSocket(family));
        bound.Bind(new IPEndPoint(TestPool.Loopback(family), 0));
        return bound.LocalEndPoint;
    }

    private static System.Buffers.ReadOnlySequence<byte> TwoPieces(ReadOnlyMemory<byte> data)
    {
        Piece first = new(data[..(data.Length / 2)], 0);
        Piece second = new(data[(data.Length / 2)..], first.Memory.Length);
        first.Append(second);
        return new System.Buffers.ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget(SocketPool pool) => pool.CreateSocket();

    private sealed class Piece : System.Buffers.ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        internal void Append(Piece next) => Next = next;
    }
}
