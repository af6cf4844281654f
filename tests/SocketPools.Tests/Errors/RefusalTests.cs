using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Errors;

/// <summary>What the refusal of a large pool says: much in few lines, without asking the system about each holder.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void A_refusal_of_ten_thousand_sockets_shows_the_twenty_most_telling_and_asks_no_other_for_its_address()
    {
        CountingRadio radio = new(10_000);
        using SocketPool pool = new(radio);
        List<PoolSocket> held = [];
        for (int i = 0; i < 10_000; i++)
        {
            held.Add(pool.CreateSocket(i % 100 == 0 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, i % 2000 == 1999 ? SocketType.Dgram : SocketType.Stream));
        }

        OutOfSocketsException refusal = Assert.Throws<OutOfSocketsException>(() => pool.CreateSocket());
        Assert.Equal(20, refusal.Holders.Count);
        Assert.Equal(refusal.Holders.OrderBy(h => h.Id), refusal.Holders);
        Assert.Contains(refusal.Holders, h => h.Type == SocketType.Dgram);
        Assert.InRange(radio.Asked, 1, 40);
        Assert.InRange(refusal.Message.Length, 1, 5000);
        Assert.Contains("and 9980 more, 10000 in all: 9895 tcp4 Created, 100 tcp6 Created, 5 udp4 Created. SocketPool.Dump() has all.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(10_000, pool.GetOpenSockets().Count);
        Assert.Equal(10_002, pool.Dump().Split('\n').Length);
        Assert.Same(held[0], held[0]);
        held.ForEach(socket => socket.Close());
    }

    [Fact]
    public void A_refusal_counts_the_lines_that_made_the_sockets()
    {
        using SocketPool pool = new(new CountingRadio(30)) { TrackCallers = true };
        List<PoolSocket> held = [];
        while (held.Count < 29)
        {
            held.Add(pool.CreateSocket());
        }

        held.Add(pool.CreateSocket());
        OutOfSocketsException refusal = Assert.Throws<OutOfSocketsException>(() => pool.CreateSocket());
        Assert.Contains("and 10 more, 30 in all: 29 tcp4 Created by RefusalTests.cs:", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.Holders, h => h.Id == 30);
        held.ForEach(socket => socket.Close());
    }

    [Fact]
    public void Of_twenty_holders_and_fewer_all_are_shown_and_a_leak_report_is_as_short()
    {
        using SocketPool pool = new(new CountingRadio(60));
        List<PoolSocket> held = [.. Enumerable.Range(0, 20).Select(_ => pool.CreateSocket())];
        Assert.DoesNotContain("more,", new OutOfSocketsException("r", 20, pool.GetOpenSockets()).Message, StringComparison.Ordinal);
        held.AddRange(Enumerable.Range(0, 40).Select(_ => pool.CreateSocket()));
        SocketLeakException leak = Assert.Throws<SocketLeakException>(pool.AssertNoLeaks);
        Assert.Equal(60, leak.Open.Count);
        Assert.Contains("and 40 more, 60 in all: 60 tcp4 Created. Open has all.", leak.Message, StringComparison.Ordinal);
        held.ForEach(socket => socket.Close());
    }

    /// <summary>Sockets that are nothing but counted questions.</summary>
    private sealed class CountingRadio(int maxSockets) : Radio(maxSockets)
    {
        internal int Asked;

        public override string Name => "counting";

        public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
        {
            socket = new CountingSocket(this, family, type);
            return RadioResult.Ok;
        }

        public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => new(AddressInfoError.Fail);

        public override ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken) => new(new AddressLookup(AddressInfoError.Fail));
    }

    private sealed class CountingSocket(CountingRadio radio, AddressFamily family, SocketType type) : RadioSocket
    {
        public override Radio Radio => radio;

        public override AddressFamily Family => family;

        public override SocketType Type => type;

        public override ProtocolType Protocol => ProtocolType.Unspecified;

        public override RadioResult Bind(in IPSocketAddress local) => Errno.EOPNOTSUPP;

        public override RadioResult Listen(int backlog) => Errno.EOPNOTSUPP;

        public override RadioResult Shutdown(SocketShutdown how) => Errno.EOPNOTSUPP;

        public override RadioResult GetLocalAddress(out IPSocketAddress local) => Ask(out local);

        public override RadioResult GetRemoteAddress(out IPSocketAddress remote) => Ask(out remote);

        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => Errno.EOPNOTSUPP;

        public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value) => Errno.EOPNOTSUPP;

        public override RadioResult TryConnect(in IPSocketAddress remote) => Errno.EOPNOTSUPP;

        public override RadioResult FinishConnect() => Errno.EOPNOTSUPP;

        public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
        {
            (accepted, remote) = (null, default);
            return Errno.EOPNOTSUPP;
        }

        public override RadioResult TrySend(ReadOnlySpan<byte> data) => Errno.EOPNOTSUPP;

        public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => Errno.EOPNOTSUPP;

        public override RadioResult TryReceive(Span<byte> buffer) => Errno.EOPNOTSUPP;

        public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
        {
            remote = default;
            return Errno.EOPNOTSUPP;
        }

        public override Readiness Poll(Readiness interest) => Readiness.None;

        public override RadioResult Wait(Readiness interest, in Deadline deadline) => Errno.EOPNOTSUPP;

        public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) => new((RadioResult)Errno.EOPNOTSUPP);

        public override void Close()
        {
        }

        private RadioResult Ask(out IPSocketAddress address)
        {
            Interlocked.Increment(ref radio.Asked);
            address = default;
            return Errno.ENOTCONN;
        }
    }
}
