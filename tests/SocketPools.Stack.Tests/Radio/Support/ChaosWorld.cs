using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Two radios on a cable that does everything wrong at once, on a virtual clock. Everything follows from the seed.</summary>
/// <remarks>
/// No packet has more than one bit turned over, and none in pieces has any: two bits of the same weight in the Internet checksum, one
/// turned up and one down, are a change that no receiver can find, and thousands of seeds do find it (seeds 19962 and 13521 did).
/// </remarks>
internal sealed class ChaosWorld
{
    private readonly long _frames = FramePool.InUse;
    private readonly long _blocks = BlockPool.Small.InUse + BlockPool.Large.InUse;
    private readonly Random _random;
    private readonly bool _isIPv6;
    private readonly int _mtu;
    private readonly PcapngWriter? _capture;

    /// <summary>Makes the world of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="capture">A file for what both radios send and receive, or null.</param>
    internal ChaosWorld(int seed, Stream? capture = null)
    {
        _random = new Random(seed);
        _isIPv6 = _random.Next(2) == 0;
        _mtu = _random.Next(_isIPv6 ? 1280 : 400, 3000);
        _capture = capture is null ? null : new PcapngWriter(capture, Clock);
        LinkPair cable = LinkPair.Create(new LinkPairOptions
        {
            Medium = _random.Next(4) == 0 ? LinkMedium.IP : LinkMedium.Ethernet,
            Mtu = _mtu,
            MaxQueuedFrames = 1 << _random.Next(5, 12),
            Offloads = _random.Next(2) == 0 ? LinkOffloads.None : LinkOffloads.NoChecksums,
        });
        Near = MakeRadio(cable.A, seed * 2, "1");
        Far = MakeRadio(cable.B, (seed * 2) + 1, "2");
    }

    internal VirtualClock Clock { get; } = new();

    internal StackRadio Near { get; }

    internal StackRadio Far { get; }

    internal Random Random => _random;

    /// <summary>Whether bits are turned over.</summary>
    internal bool Corrupts { get; private set; }

    /// <summary>The longest datagram that is not cut.</summary>
    internal int LongestWhole => _mtu - (_isIPv6 ? 48 : 28);

    internal AddressFamily Family => _isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    internal IPAddress NearAddress => Address("1");

    internal IPAddress FarAddress => Address("2");

    internal RadioSocket Open(StackRadio radio, SocketType type, int port = 0)
    {
        Assert.False(radio.OpenSocket(Family, type, ProtocolType.Unspecified, out RadioSocket? socket).Failed);
        if (port != 0)
        {
            Assert.False(socket!.Bind(new IPEndPoint(_isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port)).Failed);
        }

        return socket!;
    }

    /// <summary>All sockets are closed: everything has to end by itself, and nothing may be left.</summary>
    internal void Finish(IEnumerable<int> ports)
    {
        Clock.RunUntil(() => Near.Tcp.ConnectionCount + Far.Tcp.ConnectionCount == 0, TimeSpan.FromHours(1));
        Assert.Equal((0, 0), (Near.Tcp.ConnectionCount, Far.Tcp.ConnectionCount));
        Clock.Advance(TimeSpan.FromHours(1));
        foreach (StackRadio radio in (StackRadio[])[Near, Far])
        {
            using (radio.Network.Gate.EnterScope())
            {
                Assert.Equal(0, radio.Network.Timers.Count);
                Assert.Equal(0, radio.Network.Reassembly.Count);
                Assert.Empty(radio.Udp.All);
            }

            foreach (int port in ports.Distinct())
            {
                Open(radio, SocketType.Stream, port).Close();
            }
        }

        Near.Dispose();
        Far.Dispose();
        Assert.Equal(_frames, FramePool.InUse);
        Assert.Equal(_blocks, BlockPool.Small.InUse + BlockPool.Large.InUse);
    }

    /// <summary>Writes what is still to be written: the world is no more.</summary>
    internal void CloseCapture() => _capture?.Dispose();

    private IPAddress Address(string last) => IPAddress.Parse((_isIPv6 ? "2001:db8::" : "192.0.2.") + last);

    private StackRadio MakeRadio(ILink end, int seed, string last)
    {
        LinkFaults outbound = Faults();
        Corrupts |= outbound.Corruption > 0;
        ILink link = new FaultyLink(end, new FaultyLinkOptions
        {
            Seed = seed,
            TimeProvider = Clock,
            Outbound = outbound,
            Inbound = _random.Next(3) == 0 ? Faults() with { Corruption = 0 } : LinkFaults.None,
            MaxQueuedFrames = 1 << _random.Next(6, 14),
        });
        StackRadio radio = new(new StackOptions
        {
            Name = last,
            TimeProvider = Clock,
            Seed = seed,
            MaxPacketsPerNeighbor = _random.Next(1, 20),
            MaxReassemblies = _random.Next(1, 20),
            Tcp = Settings(),
        });
        radio.AddInterface(_capture is null ? link : new CapturingLink(link, _capture)).AddAddress(Address(last), _isIPv6 ? 64 : 24, skipDuplicateAddressDetection: true);
        return radio;
    }

    private LinkFaults Faults() => new()
    {
        Loss = _random.NextDouble() * 0.12 * _random.Next(2),
        Corruption = _random.NextDouble() * 0.04 * _random.Next(2),
        Duplication = _random.NextDouble() * 0.1 * _random.Next(2),
        Reordering = _random.NextDouble() * 0.1 * _random.Next(2),
        ReorderDelay = TimeSpan.FromMilliseconds(_random.Next(1, 40)),
        Delay = TimeSpan.FromMilliseconds(_random.NextDouble() * 80),
        Jitter = TimeSpan.FromMilliseconds(_random.NextDouble() * 50 * _random.Next(2)),
        BitsPerSecond = _random.Next(3) == 0 ? 500_000L << _random.Next(7) : 0,
        MaxQueuedBytes = 5_000 << _random.Next(6),
    };

    private TcpOptions Settings() => new()
    {
        CongestionControl = (TcpCongestionControl)_random.Next(2),
        SelectiveAcknowledgments = _random.Next(3) > 0,
        Timestamps = _random.Next(3) > 0,
        WindowScaling = _random.Next(3) > 0,
        ReceiveBuffer = 1 << _random.Next(12, 18),
        SendBuffer = 1 << _random.Next(12, 18),
        MaxOutOfOrderRanges = 1 << _random.Next(2, 10),
        KeepAliveTime = TimeSpan.FromSeconds(60),
        KeepAliveInterval = TimeSpan.FromSeconds(10),
    };
}
