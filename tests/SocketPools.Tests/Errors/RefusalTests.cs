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

    private sealed class CountingSocket(CountingRadio radio, AddressFamily family, SocketType type) : RefusingSocket(family, type)
    {
        public override Radio Radio => radio;

        public override RadioResult GetLocalAddress(out IPSocketAddress local) => Ask(out local);

        public override RadioResult GetRemoteAddress(out IPSocketAddress remote) => Ask(out remote);

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
