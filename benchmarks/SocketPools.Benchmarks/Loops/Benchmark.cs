namespace SocketPools.Benchmarks.Loops;

/// <summary>
/// One benchmark, with the same loop on a socket of a pool and on <see cref="System.Net.Sockets.Socket"/> side by side. The
/// loops of C and CPython are in <c>benchmarks/peers</c>. Each run makes new sockets; only the loop is on the clock.
/// </summary>
internal abstract class Benchmark
{
    internal const int Small = 64;
    internal const int Block = 65536;
    internal const int Piece = 32;

    /// <summary>The benchmarks, in the order of the table.</summary>
    internal static IReadOnlyList<Benchmark> All { get; } =
    [
        new TcpSmall(), new TcpBlocks(), new ReceiveSmall(), new PingPong(), new UdpRoundTrip(), new UdpConnected(),
        new AcceptClose(), new CreateClose(stream: true), new CreateClose(stream: false),
        new AsyncPingPong(), new AsyncStreaming(), new SyncAfterAsync(),
        // 54 are 64 KiB, 128 as many as Linux takes in one call.
        new UdpSegments(1200, 54, 1.0 / 12), new UdpSegments(Small, 128, 1.0 / 15),
    ];

    /// <summary>The name in the protocol, in tables and in <c>--filter</c>.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether C and CPython have no such loop, asynchronous ones and those with several datagrams a call: the BCL's is the measure.</summary>
    internal virtual bool ComparesWithBcl => false;

    /// <summary>The most that the pool's socket may take, as a multiple of C, or of the BCL; null where no goal is set.</summary>
    internal abstract double? Goal { get; }

    /// <summary>Runs the loop on sockets of the pool.</summary>
    internal abstract Timing RunPool(SocketPool pool, int count);

    /// <summary>Runs the loop on the BCL's sockets.</summary>
    internal abstract Timing RunBcl(int count);

    /// <summary>The answer of a call must be the whole message: the loops of all contenders look.</summary>
    protected static void Need(bool whole)
    {
        if (!whole)
        {
            throw new IOException("Not all the bytes.");
        }
    }
}
