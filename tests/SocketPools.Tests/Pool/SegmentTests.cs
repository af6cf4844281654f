using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

/// <summary>Several datagrams in one call of a pool's socket: what it returns, what is left out, what it refuses.</summary>
public sealed class SegmentTests
{
    public static TheoryData<AddressFamily> Families => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    [Theory(Timeout = 240_000), MemberData(nameof(Families))]
    public async Task Blocking_and_asynchronous_twins_carry_segments_both_ways(AddressFamily family)
    {
        using TestPool pool = new();
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        IPSocketAddress toTwo = two.LocalEndPoint;
        IPSocketAddress toOne = one.LocalEndPoint;
        byte[] data = Data(30_000);
        Assert.Equal(data.Length, one.SendSegmentsTo(data, 1000, two.LocalEndPoint));
        (byte[] received, IPSocketAddress sender) = await ReceiveAsync(two, data.Length, 1000);
        Assert.Equal(data, received);
        Assert.Equal(toOne, sender);

        Assert.Equal(data.Length, await two.SendSegmentsToAsync(data, 999, one.LocalEndPoint, TestContext.Current.CancellationToken));
        Assert.Equal(data, Receive(one, data.Length, 999, out sender));
        Assert.Equal(toTwo, sender);

        one.Connect(two.LocalEndPoint);
        ValueTask<ReceiveSegmentsResult> waiting = two.ReceiveSegmentsIntoAsync(new byte[PoolSocket.SegmentBufferSize], TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(3, await one.SendSegmentsAsync(new byte[3], 10, TestContext.Current.CancellationToken));
        Assert.Equal(new ReceiveSegmentsResult { Count = 3, SegmentSize = 3, Remote = toOne }, await waiting);
        Assert.Equal(5, one.SendSegments(new byte[5], 10));
        Assert.Equal(5, Receive(two, 5, 5, out _).Length);
    }

    [Fact]
    public void What_no_socket_can_send_or_receive_is_refused()
    {
        using TestPool pool = new();
        PoolSocket socket = pool.Udp();
        IPSocketAddress to = socket.LocalEndPoint;
        foreach (int size in (int[])[0, -1, 65_536, int.MaxValue])
        {
            Assert.Equal("segmentSize", Assert.Throws<ArgumentOutOfRangeException>(() => socket.SendSegments(new byte[10], size)).ParamName);
            Assert.Equal("segmentSize", Assert.Throws<ArgumentOutOfRangeException>(() => socket.SendSegmentsTo(new byte[10], size, to)).ParamName);
        }

        socket.SetTimeout(0);
        Assert.Equal(Errno.EDESTADDRREQ, Assert.Throws<PoolSocketException>(() => socket.SendSegments(new byte[10], 3)).Errno);
        Assert.Equal(Errno.EMSGSIZE, Assert.Throws<PoolSocketException>(() => socket.SendSegmentsTo(new byte[140_000], 65_530, to)).Errno);
        Assert.Equal(Errno.EAFNOSUPPORT, Assert.Throws<PoolSocketException>(
            () => socket.SendSegmentsTo(new byte[10], 3, new IPSocketAddress(System.Net.IPAddress.IPv6Loopback, 9))).Errno);
        Assert.Equal(Errno.EAGAIN, Assert.Throws<PoolSocketException>(
            () => socket.ReceiveSegmentsInto(new byte[PoolSocket.SegmentBufferSize], out _, out _)).Errno);
        using PoolSocket stream = pool.Pool.CreateSocket();
        foreach (Action call in (Action[])[() => stream.SendSegments(new byte[10], 3), () => stream.ReceiveSegmentsInto(new byte[10], out _, out _)])
        {
            PoolSocketException refusal = Assert.Throws<PoolSocketException>(call);
            Assert.Equal(Errno.EOPNOTSUPP, refusal.Errno);
            Assert.Contains("Several datagrams in one call are for UDP", refusal.Message, StringComparison.Ordinal);
        }

        socket.Close();
        Assert.Equal(Errno.EBADF, Assert.Throws<PoolSocketException>(() => socket.SendSegmentsTo(new byte[10], 3, to)).Errno);
    }

    [Fact(Timeout = 240_000)]
    public async Task Datagrams_that_were_taken_before_a_failure_are_told_and_not_the_failure()
    {
        foreach (double? timeout in (double?[])[0, 0.05])
        {
            using TestPool pool = new(new WrappedRadio(new HostNetwork(), (radio, inner) => new FullSocket(radio, inner, room: 3, Errno.EAGAIN)));
            PoolSocket socket = pool.Udp();
            socket.SetTimeout(timeout);
            Assert.Equal(300, socket.SendSegmentsTo(new byte[550], 100, socket.LocalEndPoint));
            Errno errno = timeout == 0 ? Errno.EAGAIN : Errno.ETIMEDOUT;
            Assert.Equal(errno, Assert.Throws<PoolSocketException>(() => socket.SendSegmentsTo(new byte[250], 100, socket.LocalEndPoint)).Errno);
            FullSocket.Refill(socket);
            Assert.Equal(300, await socket.SendSegmentsToAsync(new byte[550], 100, socket.LocalEndPoint, TestContext.Current.CancellationToken));
            PoolSocketException failure = await Assert.ThrowsAsync<PoolSocketException>(
                async () => await socket.SendSegmentsToAsync(new byte[250], 100, socket.LocalEndPoint, TestContext.Current.CancellationToken));
            Assert.Equal(errno, failure.Errno);
        }

        using TestPool dead = new(new WrappedRadio(new HostNetwork(), (radio, inner) => new FullSocket(radio, inner, room: 2, Errno.ENETUNREACH)));
        PoolSocket other = dead.Udp();
        Assert.Equal(200, other.SendSegmentsTo(new byte[550], 100, other.LocalEndPoint));
        Assert.Equal(Errno.ENETUNREACH, Assert.Throws<PoolSocketException>(() => other.SendSegmentsTo(new byte[350], 100, other.LocalEndPoint)).Errno);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_cancelled_send_tells_what_was_taken_and_is_cancelled_only_where_nothing_was()
    {
        using TestPool pool = new(new WrappedRadio(new HostNetwork(), (radio, inner) => new FullSocket(radio, inner, room: 3, Errno.EAGAIN)));
        PoolSocket socket = pool.Udp();
        using CancellationTokenSource first = new();
        Task<int> sending = socket.SendSegmentsToAsync(new byte[550], 100, socket.LocalEndPoint, first.Token).AsTask();
        Assert.False(sending.IsCompleted);
        await first.CancelAsync();
        Assert.Equal(300, await sending);

        using CancellationTokenSource second = new();
        sending = socket.SendSegmentsToAsync(new byte[550], 100, socket.LocalEndPoint, second.Token).AsTask();
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);

        // A send that finds room later goes on from where it was.
        sending = socket.SendSegmentsToAsync(new byte[550], 100, socket.LocalEndPoint, TestContext.Current.CancellationToken).AsTask();
        FullSocket.Refill(socket);
        FullSocket.Refill(socket);
        Assert.Equal(550, await sending);
    }

    private static byte[] Data(int length)
    {
        byte[] data = new byte[length];
        new Random(17).NextBytes(data);
        return data;
    }

    private static byte[] Receive(PoolSocket socket, int length, int size, out IPSocketAddress sender)
    {
        byte[] all = new byte[length];
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        sender = default;
        for (int at = 0; at < length;)
        {
            int count = socket.ReceiveSegmentsInto(buffer, out int segmentSize, out sender);
            Assert.Equal(Math.Min(size, length - at), segmentSize);
            buffer.AsSpan(0, count).CopyTo(all.AsSpan(at));
            at += count;
        }

        return all;
    }

    private static async Task<(byte[] Data, IPSocketAddress Sender)> ReceiveAsync(PoolSocket socket, int length, int size)
    {
        byte[] all = new byte[length];
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        ReceiveSegmentsResult result = default;
        for (int at = 0; at < length; at += result.Count)
        {
            result = await socket.ReceiveSegmentsIntoAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal(Math.Min(size, length - at), result.SegmentSize);
            buffer.AsSpan(0, result.Count).CopyTo(all.AsSpan(at));
        }

        return (all, result.Remote);
    }

    /// <summary>Takes so many datagrams and fails then, until it is given room again.</summary>
    private sealed class FullSocket : WrappedSocket
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Radio, FullSocket> s_last = [];
        private readonly SemaphoreSlim _room;
        private readonly int _size;
        private readonly Errno _errno;

        internal FullSocket(WrappedRadio radio, RadioSocket inner, int room, Errno errno)
            : base(radio, inner)
        {
            (_room, _size, _errno) = (new SemaphoreSlim(room), room, errno);
            s_last.AddOrUpdate(radio, this);
        }

        internal static void Refill(PoolSocket socket)
        {
            Assert.True(s_last.TryGetValue(socket.Pool.Radio, out FullSocket? full));
            full._room.Release(full._size);
        }

        public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) =>
            _room.Wait(0) ? base.TrySendTo(data, remote) : _errno;

        // The system underneath has room: what waits here waits for the test.
        public override RadioResult Wait(Readiness interest, in Deadline deadline) =>
            _room.AvailableWaitHandle.WaitOne(deadline.Remaining) ? RadioResult.Ok : deadline.TimeoutErrno;

        public override async ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
        {
            await _room.WaitAsync(cancellationToken);
            _room.Release();
            return RadioResult.Ok;
        }
    }
}
